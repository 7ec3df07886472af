import { expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { wpaStatus } from '../../src/facts/wpa-cli.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const joined = `bssid=b8:69:f4:3a:6e:10
freq=2412
ssid=caf\\xc3\\xa9
id=0
mode=station
pairwise_cipher=CCMP
group_cipher=CCMP
key_mgmt=WPA2-PSK
wpa_state=COMPLETED
ip_address=10.1.1.109
p2p_device_address=06:d9:f5:11:b8:c3
address=04:d9:f5:11:b8:c3
uuid=a1d7a3e4-3c7c-5a2e-9b6b-b3a6c2a1d3f0
`

test('a station that joined has all its fields', () => {
  expect(answer(wpaStatus('wlan0'), printed(joined))).toEqual({
    state: 'COMPLETED',
    ssid: 'café',
    bssid: 'b8:69:f4:3a:6e:10',
    mode: 'station',
    keyManagement: 'WPA2-PSK',
    address: '04:d9:f5:11:b8:c3',
  })
})

test('the line that names the interface is no field', () => {
  const text = `Selected interface 'wlan0'
bssid=b8:69:f4:3a:6e:10
ssid=seax
mode=station
`
  expect(answer(wpaStatus('wlan0'), printed(text))).toEqual({
    state: null,
    ssid: 'seax',
    bssid: 'b8:69:f4:3a:6e:10',
    mode: 'station',
    keyManagement: null,
    address: null,
  })
})

test('a station that is looking for its network has no access point', () => {
  const text =
    'wpa_state=SCANNING\np2p_device_address=06:d9:f5:11:b8:c3\naddress=04:d9:f5:11:b8:c3\n'
  expect(answer(wpaStatus('wlan0'), printed(text))).toMatchObject({
    state: 'SCANNING',
    bssid: null,
  })
})

test('an interface that it does not manage is no answer', () => {
  const error =
    'Failed to connect to non-global ctrl_ifname: wlan0  error: No such file or directory\n'
  expect(answer(wpaStatus('wlan0'), printed(error, 255))).toBeNull()
})

test('any text is survived', () => expectQuestionSurvives(wpaStatus('wlan0'), joined))
