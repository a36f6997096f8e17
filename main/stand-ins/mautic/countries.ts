/** Countries by the names Mautic takes for them; those that runners of the tests come from. */
const names: ReadonlySet<string> = new Set([
  'Austria',
  'Belgium',
  'Czech Republic',
  'Denmark',
  'Ethiopia',
  'France',
  'Germany',
  'Ireland',
  'Italy',
  'Japan',
  'Kenya',
  'Netherlands',
  'New Zealand',
  'Norway',
  'Poland',
  'Portugal',
  'Spain',
  'Sweden',
  'Switzerland',
  'Turkey',
  'United Kingdom',
  'United States',
])

/** Any other value is refused, also a code. */
export const isCountry = (name: string): boolean => names.has(name)
