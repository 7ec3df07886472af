import { expect, test } from 'vitest'
import { damagedFrames, frameErrors, parseFrameErrors } from '../../src/facts/frame-errors.ts'
import { printed } from '../../src/facts/source.ts'
import { transcripts } from './data.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const json = transcripts('frame-errors.txt')('ip -j -s -s link show dev eth0')

test('damaged frames of every kind are read, and those that a queue had no room for are not', () => {
  expect(parseFrameErrors(json)).toEqual({ crc: 0, frame: 0, carrier: 0 })
  const damaged = json
    .replace('"crc_errors":0', '"crc_errors":7')
    .replace('"frame_errors":0', '"frame_errors":2')
    .replace('"carrier_errors":0', '"carrier_errors":1')
    .replace('"missed_errors":0', '"missed_errors":900')
  expect(damagedFrames(parseFrameErrors(damaged) ?? { crc: 0, frame: 0, carrier: 0 })).toBe(10)
})

test('the files of sysfs are read where ip cannot tell', () => {
  const [, files] = frameErrors('eth0').sources
  expect(files?.parse(printed('7\n2\n1\n'))).toEqual({ crc: 7, frame: 2, carrier: 1 })
  expect(files?.parse(printed('7\n2\n'))).toBeNull()
})

test('without the detailed counters nothing is known', () => {
  const short = '[{"ifname":"eth0","stats64":{"rx":{"packets":1},"tx":{"packets":1}}}]'
  expect(answer(frameErrors('eth0'), printed(short))).toBeNull()
})

test('no output makes it throw', () => {
  expectQuestionSurvives(frameErrors('eth0'), json)
})
