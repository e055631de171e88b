import { testPlugin } from '../../connect/testing/index.ts'
import { mqttPlugins } from './index.ts'

for (const plugin of mqttPlugins) testPlugin(plugin)
