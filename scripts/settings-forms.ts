/**
 * Compiles the settings form of every adapter while building: the window's CSP forbids eval, so neither the
 * form's layout nor its checks can be compiled there. The window imports `virtual:settings-forms`
 * (declared in renderer/settings-forms.d.ts).
 */
import { compile } from '@koumoul/vjsf-compiler'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'vite'
import { z } from 'zod'
import { languages, type Language } from '../main/contract/settings.ts'
import de from '../renderer/locales/de/words.json' with { type: 'json' }
import en from '../renderer/locales/en/words.json' with { type: 'json' }
import es from '../renderer/locales/es/words.json' with { type: 'json' }
import fr from '../renderer/locales/fr/words.json' with { type: 'json' }
import { adapterWords } from '../renderer/adapter-words/adapter-words.ts'

const list = 'virtual:settings-forms'
const wordsOf = { en, de, fr, es }
const formFile = /settings-form\.([a-z0-9-]+)\.([a-z]{2})\.vue$/

/** What a build needs of an adapter. */
interface Declared {
  /** Settings chosen from a list of the system: the window draws them itself. */
  readonly choices?: { readonly settings: readonly string[] }
  readonly manifest: { readonly name: string; readonly settings: z.ZodType }
}

/** Offers `virtual:settings-forms` to a build whose project is `root`. */
export function settingsForms(root: string): Plugin {
  const idOf = (adapter: string, locale: string) =>
    join(root, 'renderer', `settings-form.${adapter}.${locale}.vue`)
  let adapters: ReadonlyMap<string, Declared> = new Map()
  return {
    name: 'settings-forms',
    async buildStart() {
      adapters = await declaredAdapters(join(root, 'main/engine/targets/registry.ts'))
    },
    resolveId: (id) => (id === list ? `\0${list}` : formFile.test(id) ? id : undefined),
    async load(id) {
      if (id === `\0${list}`)
        return listModule(
          [...adapters.keys()].flatMap((name) => languages.map((at) => [name, at, idOf(name, at)])),
        )
      const [, name, locale] = formFile.exec(id) ?? []
      const adapter = name === undefined ? undefined : adapters.get(name)
      if (!adapter) return undefined
      const language = languages.find((known) => known === locale) ?? 'en'
      const form = await compile(formSchema(adapter, language), {
        locale: language,
        // Below the field, not behind a button beside it.
        useDescription: ['hint'],
      })
      return bundled(form)
    },
  }
}

/** Adapters by name: everything with a manifest that the registry exports, alone or in a list. */
async function declaredAdapters(registry: string): Promise<ReadonlyMap<string, Declared>> {
  if (!existsSync(registry)) return new Map()
  const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(registry).href)
  const found = Object.values(exported).flatMap((value) =>
    typeof value === 'object' && value !== null && !isDeclared(value)
      ? [...(value instanceof Map ? value.values() : Object.values(value))]
      : [value],
  )
  return new Map(found.filter(isDeclared).map((adapter) => [adapter.manifest.name, adapter]))
}

function isDeclared(value: unknown): value is Declared {
  return typeof value === 'object' && value !== null && 'manifest' in value
}

/** Checks of a text's length import a function from CommonJS as Node does; a bundler hands in the function itself. */
const bundled = (form: string) =>
  form.replaceAll('ucs2length.default', '(ucs2length.default ?? ucs2length)')

/** The form's compiler knows JSON Schema draft 7 and trips over a `$schema` that says so. */
function formSchema({ manifest, choices }: Declared, locale: Language): object {
  const { name, settings } = manifest
  const { $schema: _, ...schema } = z.toJSONSchema(settings, { io: 'input', target: 'draft-7' })
  const words = adapterWords(locale, name)?.settings ?? {}
  const properties = Object.entries(schema.properties ?? {}).map(([field, property]) => [
    field,
    {
      ...withNames(property as object, locale),
      ...words[field],
      ...(choices?.settings.includes(field) ? { layout: 'none' } : {}),
    },
  ])
  return {
    ...schema,
    ...layoutOf(schema.properties ?? {}, locale),
    properties: Object.fromEntries(properties),
  }
}

/** What is set seldom stands below the rest, in sections that open: a setting names its own (`section` of its meta). */
function layoutOf(properties: object, locale: Language): object {
  const titles: Readonly<Record<string, string>> = wordsOf[locale].settingsSection
  const bySection = Map.groupBy(Object.entries(properties), ([, property]) => {
    const { section } = property as { readonly section?: string }
    return section ?? ''
  })
  if (bySection.size < 2) return {}
  const names = (section: string) => (bySection.get(section) ?? []).map(([name]) => name)
  const panels = [...bySection.keys()].filter((section) => section !== '')
  const children = panels.map((section) => ({ title: titles[section], children: names(section) }))
  return { layout: [...names(''), { comp: 'expansion-panels', children }] }
}

/** A choice of kinds of records shows the names people know them by. */
function withNames(property: object, locale: Language): object {
  const { enum: values, ...rest } = property as { readonly enum?: readonly string[] }
  const names: Readonly<Record<string, string>> = wordsOf[locale].entity
  if (!values?.every((value) => value in names)) return property
  return { ...rest, oneOf: values.map((value) => ({ const: value, title: names[value] })) }
}

function listModule(forms: readonly (readonly string[])[]): string {
  const lines = forms.map(
    ([name, locale, id]) =>
      `  ${JSON.stringify(`${name}.${locale}`)}: () => import(${JSON.stringify(id)}),`,
  )
  return `const forms = {\n${lines.join('\n')}\n}
export async function loadSettingsForm(adapter, locale) {
  const load = forms[adapter + '.' + locale] ?? forms[adapter + '.en']
  return load ? (await load()).default : undefined
}\n`
}
