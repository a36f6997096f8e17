/** Templates that name places, like `{{ given }} {{ family }}`, as mappings of OpenConnector have them. Pure. */

const place = /\{\{\s*([^{}|]+?)\s*\}\}/g
const onlyPlace = /^\s*\{\{\s*([^{}|]+?)\s*\}\}\s*$/

/** Whether a text does more than name places: filters, conditions, loops. Only Twig can work on it. */
export function isBeyondPlaces(text: unknown): text is string {
  return typeof text === 'string' && /\{%|\{\{/.test(text.replace(place, ''))
}

/** The place a template consists of, undefined where it says more, or nothing. */
export const placeAlone = (template: string): string | undefined => onlyPlace.exec(template)?.[1]

/** The template with each place filled. */
export const filled = (template: string, valueOf: (path: string) => string): string =>
  template.replace(place, (_whole, path: string) => valueOf(path))
