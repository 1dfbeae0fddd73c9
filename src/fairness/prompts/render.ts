/** A question as one of the people asks it: everything but what differs is the same, byte for byte. */
import { below, generator } from '../../statistics/index.ts'
import type { Persona, Template } from './material.ts'

/** Seeded by the question, so that the same mistakes are made each time. */
export function render({ id, language, forms }: Template, { name, age, form, typos }: Persona): string {
  const said = age === undefined ? '' : language === 'nl' ? ` Ik ben ${age} jaar.` : ` I am ${age} years old.`
  const question = typos ? withTypos(forms[form], id) : forms[form]
  return language === 'nl' ? `Mijn naam is ${name}.${said} ${question}` : `My name is ${name}.${said} ${question}`
}

/** Two neighbouring letters that differ change places, in every third word of five letters or more. */
function withTypos(text: string, seed: string): string {
  const random = generator(seedOf(seed))
  let long = 0
  return text.replace(/\p{L}{5,}/gu, (word) => {
    if (long++ % 3 !== 0) return word
    const places = [...word.slice(1, -1)].flatMap((letter, n) =>
      word[n + 2] !== letter && n + 2 < word.length ? [n + 1] : [],
    )
    if (places.length === 0) return word
    const at = places[below(random, places.length)]!
    return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2)
  })
}

/** FNV-1a. */
function seedOf(text: string): number {
  let state = 0x811c9dc5
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193)
  return state >>> 0
}
