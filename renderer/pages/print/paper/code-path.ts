/** A QR code as one path: sharp at every size. */
import { encode } from 'uqr'

/** White around the code, in modules; the label has white of its own around it. */
export const quietModules = 2

export interface CodePath {
  /** Side of the square, in modules. */
  readonly side: number
  /** The dark modules as an SVG path in modules. */
  readonly path: string
}

/** A quarter of a code may be scratched and it is still read. */
export function codePath(text: string): CodePath {
  const { data, size } = encode(text, { ecc: 'Q', border: quietModules })
  const parts: string[] = []
  data.forEach((row, y) => {
    let from = -1
    for (let x = 0; x <= size; x += 1) {
      if (row[x]) {
        if (from < 0) from = x
      } else if (from >= 0) {
        parts.push(`M${from} ${y}h${x - from}v1H${from}z`)
        from = -1
      }
    }
  })
  return { side: size, path: parts.join('') }
}
