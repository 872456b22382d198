// Gradio folds and fades by script, which no style sheet stops: whoever wants no motion sees the end at once.
const still = matchMedia('(prefers-reduced-motion: reduce)'), animate = Element.prototype.animate
Element.prototype.animate = function (frames, how) {
  if (still.matches) how = {...(typeof how === 'number' ? {} : how), duration: 0, delay: 0, endDelay: 0}
  return animate.call(this, frames, how)
}

// Whoever reads the end of the chat goes on reading it when a card or a training takes room from it. Gradio takes that,
// while it scrolls, for a reader who has left the end; only whoever scrolls up has.
const NEAR = 100, held = new WeakSet()
const hold = log => {
  let atEnd = true, before = 0
  log.addEventListener('scroll', () => {
    if (log.scrollHeight - log.scrollTop - log.clientHeight < NEAR) atEnd = true
    else if (log.scrollTop < before) atEnd = false
    before = log.scrollTop
  })
  const resized = new ResizeObserver(() => { if (atEnd) log.scrollTop = log.scrollHeight })
  const watch = () => { for (const part of [log, ...log.children]) resized.observe(part) }
  new MutationObserver(watch).observe(log, {childList: true})
  watch()
}
new MutationObserver(() => {
  const log = document.querySelector('#tw-chat [role=log]')
  if (log && !held.has(log)) { held.add(log); hold(log) }
}).observe(document, {childList: true, subtree: true})
