/** Why a target cannot be reached, in words that name it and its place. */
import { useI18n } from 'vue-i18n'
import type { TargetStatus } from '../../../main/contract/targets.ts'

/** Errors a person can do something about with the name of the target and its place alone. */
const placeErrors = ['offline', 'timeout', 'rate-limited'] as const

export function useCauseWords() {
  const { t } = useI18n()
  return {
    /** Null where only the target's own words say what is wrong. */
    causeWords({ name, errorCode, host }: TargetStatus): string | null {
      const code = placeErrors.find((known) => known === errorCode)
      return code === undefined || host === undefined
        ? null
        : t(`sync.cause.${code}`, { target: name, host })
    },
  }
}
