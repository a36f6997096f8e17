/** What people call a browser, from what it calls itself. Pure. */

/** Tried in this order: most browsers also name those they descend from. */
const browsers: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|HeadlessChrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\bWindows\b/, 'Windows'],
  [/\bAndroid\b/, 'Android'],
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** "Firefox, Linux"; what it says of itself where that is nothing known; empty where it says nothing. */
export function browserName(userAgent: string): string {
  const known = [browsers, systems].flatMap((list) => {
    const found = list.find(([mark]) => mark.test(userAgent))
    return found ? [found[1]] : []
  })
  return known.length > 0 ? known.join(', ') : userAgent.slice(0, 60)
}
