/** Cuts JSON text into the records of its list, so that a file of any size is read a record at a time. */
import type { RowReason } from '../../contract/row-reasons.ts'

/**
 * The text of one record and the line it begins in, or what is wrong there. A line is what tells rows apart: of several
 * records in one line, as programs write them, each counts as a line of its own.
 */
export type ItemText =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly reason: RowReason }

export interface ItemSplitter {
  push(text: string): readonly ItemText[]
  /** What is wrong with the end of the file, if anything. */
  end(): readonly ItemText[]
  /** False until the list was found: `[…]`, or `{"records":[…]}`. */
  readonly found: boolean
}

/** Longest record, in characters. */
const longestItem = 100_000

const quote = 34
const backslash = 92
const lineFeed = 10

export function itemSplitter(): ItemSplitter {
  let depth = 0
  let line = 1
  let inText = false
  let escaped = false
  /** Depth inside the list; 0 until it was found, -1 once it is over. */
  let listDepth = 0
  /** The text read last at depth 1, without quotes: a key when a colon follows. Only its beginning matters. */
  let key = ''
  let inKey = false
  let item = ''
  let itemLine = 0
  let itemOpen = false

  function push(text: string): readonly ItemText[] {
    const items: ItemText[] = []
    let from = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === lineFeed) line += 1
      if (inText) {
        if (escaped) escaped = false
        else if (code === backslash) escaped = true
        else if (code === quote) {
          inText = false
          inKey = false
        }
        if (inKey && key.length < 20) key += text[at]
        continue
      }
      if (listDepth > 0 && depth === listDepth) {
        const ends = code === 44 || code === 93
        if (itemOpen && ends) {
          finish(items, item + text.slice(from, at))
        } else if (!itemOpen && !ends && code > 32) {
          itemOpen = true
          itemLine = Math.max(line, itemLine + 1)
          item = ''
          from = at
        }
      }
      switch (code) {
        case quote:
          inText = true
          inKey = depth === 1 && listDepth === 0
          if (inKey) key = ''
          break
        case 91: // [
          depth += 1
          if (listDepth === 0 && (depth === 1 || (depth === 2 && key === 'records')))
            listDepth = depth
          break
        case 123: // {
          depth += 1
          break
        case 93: // ]
        case 125: // }
          if (depth === listDepth) listDepth = -1
          depth -= 1
          break
        default:
      }
    }
    if (itemOpen) {
      item = item.length > longestItem ? item : item + text.slice(from)
    }
    return items
  }

  function finish(items: ItemText[], text: string): void {
    itemOpen = false
    item = ''
    if (text.length > longestItem) {
      items.push({ line: itemLine, reason: { code: 'record-too-long', most: longestItem } })
    } else items.push({ line: itemLine, text })
  }

  return {
    push,
    end() {
      if (listDepth <= 0) return []
      return [
        {
          line: itemOpen ? itemLine : Math.max(line, itemLine + 1),
          reason: { code: 'cut-off' },
        },
      ]
    },
    get found() {
      return listDepth !== 0
    },
  }
}
