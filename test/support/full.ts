/** Whether tests take every case, `npm run test:full`, or a sample of them, `npm test`. */
export const FULL = process.env.LOOKALIKE_TEST_FULL === '1';
