/** Changes in groups that touch each record once: the first change of every record, then the second, … */
export function roundsOf<One extends { readonly id: string }>(
  changes: readonly One[],
): readonly (readonly One[])[] {
  const seen = new Map<string, number>()
  const rounds: One[][] = []
  for (const change of changes) {
    const nth = seen.get(change.id) ?? 0
    seen.set(change.id, nth + 1)
    ;(rounds[nth] ??= []).push(change)
  }
  return rounds
}
