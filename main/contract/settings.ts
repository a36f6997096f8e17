/** Settings of this installation, and care for its data. */
import { z } from 'zod'
import { entityName } from './words.ts'
import { nameLimits } from './text-limits.ts'

/** Languages of the window, as BCP 47 writes them. */
export const languages = ['en', 'de', 'fr', 'es'] as const
export type Language = (typeof languages)[number]

export const settings = z.object({
  deviceName: z.string().max(nameLimits.settings),
  operatorName: z.string().max(nameLimits.settings),
  theme: z.enum(['system', 'light', 'dark', 'contrast-light', 'contrast-dark']),
  language: z.enum(['system', ...languages]),
  /** Everything stops sending and receiving while set. */
  pausedAll: z.boolean(),
  /** The last day of an event, as `2026-05-17`: until it is over, no update changes the database. Null: no lock. */
  lockedUntil: z.iso.date().nullable(),
  /** The desktop app's receiver of webhooks; the edge host has its own at `/hooks/NAME`. */
  webhooks: z.object({ enabled: z.boolean(), port: z.number().int().min(1024).max(65_535) }),
})
export type Settings = z.infer<typeof settings>

/** A name stands beside each change, in one line. What is kept already is read as it is. */
const typedName = settings.shape.operatorName.regex(/^\P{Cc}*$/u)

/** Left out stays. */
export const settingsChange = settings
  .partial()
  .extend({ deviceName: typedName.optional(), operatorName: typedName.optional() })

export const checkProblem = z.object({ code: z.string(), message: z.string() })
export const integrityReport = z.object({
  /** Nothing is wrong any more. */
  ok: z.boolean(),
  problems: z.array(checkProblem),
  /** What was wrong and is mended; left out where there was nothing to mend. */
  mended: z.array(checkProblem).optional(),
})
export type IntegrityReport = z.infer<typeof integrityReport>

/** What is in a backup. */
export const backupContents = z.object({
  /** Live records by kind; kinds there are none of are left out. */
  records: z.partialRecord(entityName, z.number().int()),
  /** The newest change in it, ISO 8601 UTC; null when nothing was ever changed. */
  newestOn: z.string().nullable(),
})

export const backupView = z.object({
  file: z.string(),
  on: z.string(),
  bytes: z.number(),
  /** Null where it cannot be read. */
  contents: backupContents.nullable(),
})
export type BackupView = z.infer<typeof backupView>

/** A backup that was tried out and can be restored. */
export const triedBackup = z.object({
  contents: backupContents,
  /**
   * Changes of records made here after the newest one in it, at most `mostChanges`. Null where that one is not in the
   * history here, so that nobody can tell what would be missing.
   */
  changesSince: z.number().int().nullable(),
})
export type TriedBackup = z.infer<typeof triedBackup>

/** More changes than this are not counted. */
export const mostChanges = 100_000

/** A browser that is signed in to the service. Times ISO 8601 UTC. */
export const sessionView = z.object({
  id: z.string(),
  createdOn: z.string(),
  lastUsedOn: z.string(),
  /** What the browser calls itself (its `User-Agent`); may be empty. */
  browser: z.string(),
})
export type SessionView = z.infer<typeof sessionView>

export const aboutView = z.object({
  version: z.string(),
  dataFolder: z.string(),
  host: z.enum(['desktop', 'edge']),
  /** Where secrets of targets are kept. `memory`: until this process ends. */
  secrets: z.enum(['keychain', 'vault', 'memory', 'none']),
  /** It can start again by itself, as after a restore. */
  restarts: z.boolean(),
  /** The backup that took the place of the data at this start, and where those are kept; null for a plain start. */
  restored: z.object({ from: z.string(), asideFile: z.string() }).nullable(),
})
export type AboutView = z.infer<typeof aboutView>
