import { describe, expect, it } from 'vitest'
import { themeFor, themes } from '../../renderer/plugins/themes.ts'

/** WCAG 2.2, relative luminance of a colour #rrggbb. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

function contrast(one: string, other: string): number {
  const [dim, bright] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (bright! + 0.05) / (dim! + 0.05)
}

const texts = ['on-surface', 'primary', 'success', 'warning', 'error', 'info', 'neutral'] as const
const surfaces = ['background', 'surface', 'surface-light'] as const
const filled = ['primary', 'success', 'warning', 'error', 'info'] as const

describe.each(Object.entries(themes))('The theme %s', (name, { colors }) => {
  const least = name.startsWith('contrast') ? 7 : 4.5

  it(`keeps ${least}:1 for every text on every surface`, () => {
    const known = colors as Readonly<Record<string, string>>
    const pairs = [
      ...texts.flatMap((text) => surfaces.map((surface) => [text, surface] as const)),
      ...filled.map((colour) => [`on-${colour}`, colour] as const),
    ]
    const weak = pairs.filter(([text, on]) => contrast(known[text]!, known[on]!) < least)
    expect(weak).toEqual([])
  })
})

describe('The theme that is shown', () => {
  it('is what the computer asks for, unless a person chose', () => {
    expect(themeFor('system', { dark: true, moreContrast: false })).toBe('dark')
    expect(themeFor('system', { dark: false, moreContrast: true })).toBe('contrast-light')
    expect(themeFor('light', { dark: true, moreContrast: true })).toBe('light')
    expect(themeFor('contrast-dark', { dark: false, moreContrast: false })).toBe('contrast-dark')
  })
})
