// The tour, the map of keys and the choice of language. What was seen or chosen is remembered in this browser alone.
const find = what => document.querySelector(what)
const seen = () => localStorage.getItem('tunewright-tour') === 'seen'
const keysOn = () => localStorage.getItem('tunewright-keys') !== 'off'

function show(step, byHand) {
  const tour = find('.tw-tour')
  if (!tour) return
  const steps = [...tour.children]
  delete document.body.dataset.pointed
  if (step >= steps.length) localStorage.setItem('tunewright-tour', 'seen')
  tour.hidden = seen()
  if (tour.hidden) return byHand && find('#tw-box textarea')?.focus()
  steps.forEach((each, place) => { each.hidden = place !== step })
  document.body.dataset.pointed = steps[step].dataset.about
  if (byHand) steps[step].querySelector('button').focus()
}

const ACTS = {
  '?': () => open(),
  '/': () => find('#tw-box textarea'),
  a: () => find('#tw-approve') || find('#tw-card button'),
  n: () => find('#tw-new-talk')?.click(),
  s: () => { aside(true); return find('#tw-search textarea, #tw-search input') },
  b: () => aside(!find('#tw-side')?.classList.contains('open')),
}

function aside(wanted) {
  const side = find('#tw-side')
  if (side && side.classList.contains('open') !== wanted) side.querySelector('.toggle-button')?.click()
}

function open() {
  const map = find('.tw-keys')
  map.querySelector('input').checked = keysOn()
  map.open ? map.close() : map.showModal()
}

function pressed(event) {
  if (!element.isConnected) return document.removeEventListener('keydown', pressed)
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return
  const typing = event.target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]')
  if (event.key === 'Escape' && typing?.closest('#tw-box')) return typing.blur()
  const act = ACTS[event.key]
  if (typing || !act || !keysOn() || find('.tw-labelling') || (find('dialog[open]') && event.key !== '?')) return
  event.preventDefault()
  act()?.focus()
}

document.addEventListener('keydown', pressed)
document.addEventListener('click', event => {
  if (!element.isConnected) return
  const go = event.target.closest('.tw-tour [data-go]')
  if (go) return show(Number(go.dataset.go), true)
  if (event.target.closest('.tw-show-keys')) return open()
  if (event.target.closest('.tw-close')) find('.tw-keys').close()
})
document.addEventListener('change', event => {
  if (event.target.matches('.tw-keys input')) localStorage.setItem('tunewright-keys', event.target.checked ? 'on' : 'off')
  if (!event.target.matches('.tw-language select')) return
  const safe = location.protocol === 'https:' ? '; SameSite=None; Secure; Partitioned' : '; SameSite=Lax'
  document.cookie = `tunewright-language=${event.target.value}; path=/; max-age=31536000${safe}`
  location.reload()
})
// What is said in the chat ends the tour, and the steps that Gradio draws there get one name and one stop for Tab each:
// it nests a button without a name in another one.
new MutationObserver(() => {
  if (find('#tw-chat .message-row') && !find('.tw-tour')?.hidden) { localStorage.setItem('tunewright-tour', 'seen'); show(0) }
  for (const arrow of document.querySelectorAll('#tw-chat .title > .arrow > button:not([disabled])')) {
    arrow.disabled = true
    arrow.setAttribute('aria-hidden', 'true')
  }
  for (const scrolls of document.querySelectorAll('#tw-chat [role=log]:not([tabindex]), #tw-figures:not([tabindex])')) {
    scrolls.tabIndex = 0 // the keys that scroll must be able to reach it
  }
  find('#tw-chat [role=complementary]')?.removeAttribute('role') // the panel at the side is the only landmark of that kind
}).observe(find('#tw-main'), {childList: true, subtree: true})
const speak = () => { document.documentElement.lang = find('.tw-tour')?.dataset.spoken || 'en' }
watch('value', () => { speak(); show(0) })
speak()
show(0)
