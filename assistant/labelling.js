// Keys and buttons of the panel for labelling. Each says what to do, for which row, and after how many seconds.
const panel = () => element.querySelector('.tw-labelling')
const box = () => element.querySelector('.tw-say')
let since = performance.now(), hidden = 0, left = 0, busy = 0

function send(what, value, of) {
  if (busy && performance.now() - busy < 5000) return // the next row is not here yet, so nothing can be meant for it
  busy = performance.now()
  const {row, suggestion} = panel().dataset
  trigger('submit', {what, value, row: of || row, suggestion, seconds: (busy - since - hidden) / 1000})
}

function say() {
  const text = box().value.trim()
  const match = element.querySelector('.tw-label:not([hidden])')
  if (!text) return
  const exact = [...element.querySelectorAll('.tw-label')].find(each => each.dataset.value.toLowerCase() === text.toLowerCase())
  if (exact || (match && box().dataset.finds)) return send('label', (exact || match).dataset.value)
  send(box().dataset.what, text)
}

function filter() {
  if (!box().dataset.finds) return
  const text = box().value.trim().toLowerCase()
  for (const each of element.querySelectorAll('.tw-label')) each.hidden = !each.dataset.value.toLowerCase().includes(text)
  const found = element.querySelector('.tw-label:not([hidden])')
  element.querySelector('.tw-new').hidden = !text || Boolean(found)
}

function pressed(event) {
  if (!element.isConnected) return document.removeEventListener('keydown', pressed)
  if (!panel() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (event.target === box()) {
    if (event.key === 'Escape') box().dataset.what === 'name' ? send('close') : box().blur()
    if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); say() }
    return
  }
  if (event.target.closest('input, textarea, select, summary') || (event.key === 'Enter' && event.target.closest('button'))) return
  const button = element.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)
  if (!button || event.repeat) return
  event.preventDefault()
  button.click()
}

element.addEventListener('click', event => {
  const button = event.target.closest('[data-what]')
  if (!button || button === box()) return
  if (button.dataset.what === 'write') return box().focus()
  if (button.dataset.what === 'say') return say()
  send(button.dataset.what, button.dataset.value, button.dataset.of)
})
element.addEventListener('input', event => event.target === box() && filter())
document.addEventListener('keydown', pressed)
document.addEventListener('visibilitychange', () => {
  if (document.hidden) left = performance.now()
  else hidden += performance.now() - left
})
watch('value', () => {
  since = performance.now(); hidden = 0; busy = 0
  if (box() && box().dataset.focus && matchMedia('(hover: hover)').matches) box().focus()
  else if (panel()) panel().focus()
})
