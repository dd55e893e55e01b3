/** How far a sign step goes, and what it keeps of the gradients before. */
export interface SignSteps {
  /** The most that a value changes, in 255ths: the ε of the L∞ ball. */
  readonly epsilon: number;
  /** How much each step changes a value, in 255ths. */
  readonly stepSize: number;
  /** The μ of MI-FGSM; 0 for steps by the last gradient alone. */
  readonly momentum: number;
}

/**
 * Projected gradient descent in the L∞ ball (Madry et al., ICLR 2018) with momentum (MI-FGSM; Dong et al., CVPR 2018):
 * g ← μ·g + ∇ / ‖∇‖₁, x′ ← clip(x′ − α·sign(g)) to within ε of x and within 0–255. What is kept is x′ − x.
 */
export class SignDescent {
  private readonly gathered: Float64Array;

  constructor(
    /** x, of 0–255. */
    private readonly pixels: Float32Array,
    /** x′ − x, which each step moves. */
    readonly change: Float32Array,
    private readonly settings: SignSteps,
  ) {
    this.gathered = new Float64Array(pixels.length);
  }

  move(gradient: Float32Array): void {
    const { gathered, change, pixels, settings } = this;
    const { epsilon, stepSize, momentum } = settings;
    const length = gradient.reduce((sum, value) => sum + Math.abs(value), 0);
    // A gradient of nothing says nothing: it has no direction to be brought to length 1.
    const scale = length > 0 ? 1 / length : 0;
    for (let i = 0; i < change.length; i++) {
      gathered[i] = momentum * gathered[i] + scale * gradient[i];
      const moved = change[i] - stepSize * Math.sign(gathered[i]);
      const within = Math.max(-epsilon, Math.min(epsilon, moved));
      change[i] = Math.max(-pixels[i], Math.min(255 - pixels[i], within));
    }
  }
}
