/** Settings forms of the adapters, compiled while building from each adapter's settings schema. */
declare module 'virtual:settings-forms' {
  import type { Component } from 'vue'

  /**
   * The form for an adapter's settings, with messages in `locale` (English where it has none); nothing for an
   * unknown adapter. Use it like an input: `v-model` holds the settings object. Inside a `v-form` it takes part
   * in validation.
   */
  export function loadSettingsForm(adapter: string, locale: string): Promise<Component | undefined>
}
