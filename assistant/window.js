// Gradio folds and fades by script, which no style sheet stops: whoever wants no motion sees the end at once.
const still = matchMedia('(prefers-reduced-motion: reduce)'), animate = Element.prototype.animate
Element.prototype.animate = function (frames, how) {
  if (still.matches) how = {...(typeof how === 'number' ? {} : how), duration: 0, delay: 0, endDelay: 0}
  return animate.call(this, frames, how)
}
