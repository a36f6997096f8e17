/** A program that starts with the computer, as freedesktop.org describes it: a file in `autostart`. */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Autostart } from '../engine/ports.ts'
import { writeFileAtomically } from './write-file-atomically.ts'

/**
 * @param options.folder `~/.config/autostart`, or where the person's desktop looks
 * @param options.program absolute path
 */
export function desktopEntryAutostart({
  folder,
  program,
}: {
  readonly folder: string
  readonly program: string
}): Autostart {
  const file = join(folder, 'marshal.desktop')
  return {
    async isOn() {
      const text = await readFile(file, 'utf8').catch(() => null)
      // Some desktops switch an entry off instead of removing it.
      return text !== null && !/^(Hidden=true|X-GNOME-Autostart-enabled=false)$/m.test(text)
    },
    async set(on) {
      if (!on) return rm(file, { force: true })
      await mkdir(folder, { recursive: true })
      await writeFileAtomically(file, entryFor(program))
    },
  }
}

function entryFor(program: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Marshal',
    `Exec=${quoted(program)}`,
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
}

/** One argument of `Exec`: a percent sign is a field there, and inside quotes these four need a backslash, twice over. */
function quoted(program: string): string {
  return `"${program.replaceAll('%', '%%').replaceAll(/["`$\\]/g, (sign) => `\\\\${sign}`)}"`
}
