/** Three-valued logic: yes, no, and cannot be known, which is not no. */

/** `unknown` comes with the reason. */
export type Fit = { readonly answer: 'yes' | 'no' | 'unknown'; readonly because: string | null }

/** It fits. */
export const YES: Fit = { answer: 'yes', because: null }
/** It does not fit. */
export const NO: Fit = { answer: 'no', because: null }
/** It cannot be known, and why. */
export const unknown = (because: string): Fit => ({ answer: 'unknown', because })

/** All must hold: one no is enough for no. */
export function all(fits: Iterable<Fit>): Fit {
  let result = YES
  for (const fit of fits) {
    if (fit.answer === 'no') return NO
    if (fit.answer === 'unknown' && result === YES) result = fit
  }
  return result
}

/** One must hold: one yes is enough for yes. */
export function any(fits: Iterable<Fit>): Fit {
  let result = NO
  for (const fit of fits) {
    if (fit.answer === 'yes') return YES
    if (fit.answer === 'unknown') result = fit
  }
  return result
}

/** The opposite; what cannot be known stays so. */
export function not(fit: Fit): Fit {
  if (fit.answer === 'unknown') return fit
  return fit.answer === 'yes' ? NO : YES
}
