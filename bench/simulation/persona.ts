/** Invented people with values that the simulation knows, so that it can look for them wherever they may not be. */
import type { Chance } from '../chance.ts'

export type Persona = {
  readonly name: string
  readonly email: string
  readonly iban: string
  readonly bsn: string
  readonly phone: string
}
export type Label = keyof Persona

const firstNames = ['Fatima', 'Joris', 'Anneke', 'Mehmet', 'Sanne', 'Pieter', 'Yusuf', 'Marieke', 'Wouter', 'Leila']
const beginnings = ['Kwaker', 'Zuur', 'Hoog', 'Wester', 'Ooster', 'Mole', 'Brink', 'Haver', 'Linde', 'Klaver', 'Zand']
const endings = ['naat', 'bier', 'hout', 'naar', 'man', 'veld', 'kamp', 'boom', 'stra', 'huizen', 'meijer', 'wijk']
/** Families are numbered, so that no two people of one run share a surname. */
const families = beginnings.length * endings.length

/** A person; `number` makes the surname, and with it the address, one of a kind up to 132 people. */
export function drawPersona(chance: Chance, number: number): Persona {
  const place = number % families
  const first = chance.pick(firstNames)
  const last = `${beginnings[place % beginnings.length]}${endings[Math.floor(place / beginnings.length)]}`
  return {
    name: `${first} ${last}`,
    email: `${first}.${last}${number}@voorbeeld.nl`.toLowerCase(),
    iban: drawIban(chance),
    bsn: drawBsn(chance),
    phone: `06${digits(chance, 8, '1')}`,
  }
}

/** What of a person may not be read anywhere else: the surname alone says who it is. */
export function valuesOf(persona: Persona): string[] {
  return [...Object.values(persona), persona.name.split(' ').at(-1)!]
}

function digits(chance: Chance, count: number, first?: string): string {
  const rest = Array.from({ length: count - (first === undefined ? 0 : 1) }, () => chance.whole(0, 9)).join('')
  return `${first ?? ''}${rest}`
}

/** ISO 13616: the check digits make the rearranged number 1 modulo 97. */
function drawIban(chance: Chance): string {
  const account = digits(chance, 10, '7')
  const bank = 'INGB'
  const numeric = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  const check = 98n - (BigInt(numeric(`${bank}${account}NL00`)) % 97n)
  return `NL${String(check).padStart(2, '0')}${bank}${account}`
}

/** Eleven-test of the citizen service number: 9a+8b+…+2h−i is a multiple of 11. */
function drawBsn(chance: Chance): string {
  for (;;) {
    const eight = digits(chance, 8, '1')
    const sum = [...eight].reduce((total, digit, place) => total + Number(digit) * (9 - place), 0)
    if (sum % 11 < 10) return `${eight}${sum % 11}`
  }
}
