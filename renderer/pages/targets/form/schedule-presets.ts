/** Schedules in plain words, and the cron patterns they stand for. Pure. */

export const deltaPresets = {
  minute: '* * * * *',
  fiveMinutes: '*/5 * * * *',
  hourly: '0 * * * *',
  nightly: '0 2 * * *',
  never: null,
} as const
export const reconcilePresets = {
  nightly: '0 3 * * *',
  weekly: '0 3 * * 0',
  never: null,
} as const

export type DeltaPreset = keyof typeof deltaPresets
export type ReconcilePreset = keyof typeof reconcilePresets
export type Preset = DeltaPreset | ReconcilePreset

/** The preset a pattern is, or `own`. */
export function presetOf(
  presets: Readonly<Partial<Record<Preset, string | null>>>,
  pattern: string | null,
): Preset | 'own' {
  const normal = pattern?.trim().replace(/\s+/g, ' ') ?? null
  const found = Object.entries(presets).find(([, value]) => value === normal)
  return (found?.[0] as Preset | undefined) ?? 'own'
}
