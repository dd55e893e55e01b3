/** As Fawkes sets it. */
const RHO = 0.95;
const EPSILON = 1e-7;

/** Adadelta (Zeiler, arXiv 1212.5701) as Keras writes it, with a learning rate. */
export class Adadelta {
  /** Running means of the squares of gradients and of steps. */
  private readonly gradients: Float32Array;
  private readonly steps: Float32Array;

  constructor(
    length: number,
    private readonly rate: number,
  ) {
    this.gradients = new Float32Array(length);
    this.steps = new Float32Array(length);
  }

  /** Moves the parameters down the gradient. */
  descend(parameters: Float32Array, gradient: Float32Array): void {
    const { gradients, steps, rate } = this;
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i];
      const mean = RHO * gradients[i] + (1 - RHO) * g * g;
      const step = g * Math.sqrt((steps[i] + EPSILON) / (mean + EPSILON));
      gradients[i] = mean;
      steps[i] = RHO * steps[i] + (1 - RHO) * step * step;
      parameters[i] -= rate * step;
    }
  }
}
