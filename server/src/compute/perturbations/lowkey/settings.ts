/** LowKey (Cherepanova et al., ICLR 2021, and its source); constants: docs/constants.md. */

/** How many sign steps are taken. */
export const STEPS = 50;
/** A step changes a pixel of 0–255 by this. */
export const STEP_SIZE = 0.0025 * 255;
/** The photograph is changed by uniform noise within ± this, of 0–255, before the first step. */
export const FIRST_NOISE = 0.005 * 255;
/** What the attack must outlast: a Gaussian blur, its window in pixels. */
export const BLUR = { window: 7, sigma: 3 };
/**
 * What LPIPS counts against the features' squared distance: the authors' 0.05 is against its mean over 512 numbers,
 * which is 25.6 against the sum.
 */
export const LPIPS_WEIGHT = 0.05 * 512;
/**
 * The same for DSSIM, which stands in for LPIPS where there is no model of it: such that faces are changed as much as
 * in the authors' published example (docs/constants.md), a PSNR of 30 dB.
 */
export const DSSIM_WEIGHT = 2;
