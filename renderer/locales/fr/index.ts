import type { ReasonWords } from '../reason-words.ts'
import activity from './activity.json'
import attention from './attention.json'
import common from './common.json'
import conflicts from './conflicts.json'
import data from './data.json'
import desk from './desk.json'
import devices from './devices.json'
import doubles from './doubles.json'
import first from './first.json'
import forms from './forms.json'
import imports from './imports.json'
import lists from './lists.json'
import matches from './matches.json'
import print from './print.json'
import readiness from './readiness.json'
import reasons from './reasons.json'
import settings from './settings.json'
import shell from './shell.json'
import sync from './sync.json'
import targets from './targets.json'
import words from './words.json'

export const fr = {
  activity,
  attention,
  common,
  conflicts,
  data,
  desk,
  devices,
  doubles,
  first,
  forms,
  imports,
  lists,
  matches,
  print,
  readiness,
  reasons,
  settings,
  shell,
  sync,
  targets,
  words,
} satisfies ReasonWords
