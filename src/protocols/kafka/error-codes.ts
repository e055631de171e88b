/**
 * Every error code of the Kafka protocol: its name, whether a client may repeat the request as it
 * is, and what it says to people (the words that Kafka's own clients show).
 */
export interface KafkaErrorCode {
  readonly code: number
  readonly retriable: boolean
  readonly message: string
}

export const errorCodes = {
  UNKNOWN_SERVER_ERROR: lasting(
    -1,
    'The server experienced an unexpected error when processing the request.',
  ),
  NONE: lasting(0, 'There is no error.'),
  OFFSET_OUT_OF_RANGE: lasting(
    1,
    'The requested offset is not within the range of offsets maintained by the server.',
  ),
  CORRUPT_MESSAGE: retriable(
    2,
    'The record batch fails its checksum, is of a wrong size, lacks a key that the topic needs, or is otherwise corrupt.',
  ),
  UNKNOWN_TOPIC_OR_PARTITION: retriable(3, 'This server does not host this topic-partition.'),
  INVALID_FETCH_SIZE: lasting(4, 'The requested fetch size is invalid.'),
  LEADER_NOT_AVAILABLE: retriable(
    5,
    'There is no leader for this topic-partition as we are in the middle of a leadership election.',
  ),
  NOT_LEADER_OR_FOLLOWER: retriable(
    6,
    'This broker is not the leader of the partition, or holds no replica of it.',
  ),
  REQUEST_TIMED_OUT: retriable(7, 'The request timed out.'),
  BROKER_NOT_AVAILABLE: lasting(8, 'The broker is not available.'),
  REPLICA_NOT_AVAILABLE: retriable(
    9,
    'The replica is not available for the requested topic-partition.',
  ),
  MESSAGE_TOO_LARGE: lasting(
    10,
    'The request included a message larger than the max message size the server will accept.',
  ),
  STALE_CONTROLLER_EPOCH: lasting(11, 'The controller moved to another broker.'),
  OFFSET_METADATA_TOO_LARGE: lasting(12, 'The metadata field of the offset request was too large.'),
  NETWORK_EXCEPTION: retriable(13, 'The server disconnected before a response was received.'),
  COORDINATOR_LOAD_IN_PROGRESS: retriable(
    14,
    "The coordinator is loading and hence can't process requests.",
  ),
  COORDINATOR_NOT_AVAILABLE: retriable(15, 'The coordinator is not available.'),
  NOT_COORDINATOR: retriable(16, 'This is not the correct coordinator.'),
  INVALID_TOPIC_EXCEPTION: lasting(
    17,
    'The request attempted to perform an operation on an invalid topic.',
  ),
  RECORD_LIST_TOO_LARGE: lasting(
    18,
    'The request included message batch larger than the configured segment size on the server.',
  ),
  NOT_ENOUGH_REPLICAS: retriable(
    19,
    'Messages are rejected since there are fewer in-sync replicas than required.',
  ),
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: retriable(
    20,
    'Messages are written to the log, but to fewer in-sync replicas than required.',
  ),
  INVALID_REQUIRED_ACKS: lasting(
    21,
    'Produce request specified an invalid value for required acks.',
  ),
  ILLEGAL_GENERATION: lasting(22, 'Specified group generation id is not valid.'),
  INCONSISTENT_GROUP_PROTOCOL: lasting(
    23,
    "The member's protocols are incompatible with those of the group, or its protocol type or list is empty.",
  ),
  INVALID_GROUP_ID: lasting(24, 'The group id is invalid.'),
  UNKNOWN_MEMBER_ID: lasting(25, 'The coordinator is not aware of this member.'),
  INVALID_SESSION_TIMEOUT: lasting(
    26,
    'The session timeout is not within the range allowed by the broker (as configured by group.min.session.timeout.ms and group.max.session.timeout.ms).',
  ),
  REBALANCE_IN_PROGRESS: lasting(27, 'The group is rebalancing, so a rejoin is needed.'),
  INVALID_COMMIT_OFFSET_SIZE: lasting(28, 'The committing offset data size is not valid.'),
  TOPIC_AUTHORIZATION_FAILED: lasting(29, 'Topic authorization failed.'),
  GROUP_AUTHORIZATION_FAILED: lasting(30, 'Group authorization failed.'),
  CLUSTER_AUTHORIZATION_FAILED: lasting(31, 'Cluster authorization failed.'),
  INVALID_TIMESTAMP: lasting(32, 'The timestamp of the message is out of acceptable range.'),
  UNSUPPORTED_SASL_MECHANISM: lasting(
    33,
    'The broker does not support the requested SASL mechanism.',
  ),
  ILLEGAL_SASL_STATE: lasting(34, 'Request is not valid given the current SASL state.'),
  UNSUPPORTED_VERSION: lasting(35, 'The version of API is not supported.'),
  TOPIC_ALREADY_EXISTS: lasting(36, 'Topic with this name already exists.'),
  INVALID_PARTITIONS: lasting(37, 'Number of partitions is below 1.'),
  INVALID_REPLICATION_FACTOR: lasting(
    38,
    'Replication factor is below 1 or larger than the number of available brokers.',
  ),
  INVALID_REPLICA_ASSIGNMENT: lasting(39, 'Replica assignment is invalid.'),
  INVALID_CONFIG: lasting(40, 'Configuration is invalid.'),
  NOT_CONTROLLER: retriable(41, 'This is not the correct controller for this cluster.'),
  INVALID_REQUEST: lasting(42, 'The request is malformed, or this broker cannot answer it.'),
  UNSUPPORTED_FOR_MESSAGE_FORMAT: lasting(
    43,
    'The message format version on the broker does not support the request.',
  ),
  POLICY_VIOLATION: lasting(44, 'Request parameters do not satisfy the configured policy.'),
  OUT_OF_ORDER_SEQUENCE_NUMBER: lasting(45, 'The broker received an out of order sequence number.'),
  DUPLICATE_SEQUENCE_NUMBER: lasting(46, 'The broker received a duplicate sequence number.'),
  INVALID_PRODUCER_EPOCH: lasting(47, 'Producer attempted to produce with an old epoch.'),
  INVALID_TXN_STATE: lasting(
    48,
    'The producer attempted a transactional operation in an invalid state.',
  ),
  INVALID_PRODUCER_ID_MAPPING: lasting(
    49,
    'The producer attempted to use a producer id which is not currently assigned to its transactional id.',
  ),
  INVALID_TRANSACTION_TIMEOUT: lasting(
    50,
    'The transaction timeout is larger than the maximum value allowed by the broker (as configured by transaction.max.timeout.ms).',
  ),
  CONCURRENT_TRANSACTIONS: retriable(
    51,
    'The producer attempted to update a transaction while another concurrent operation on the same transaction was ongoing.',
  ),
  TRANSACTION_COORDINATOR_FENCED: lasting(
    52,
    'Indicates that the transaction coordinator sending a WriteTxnMarker is no longer the current coordinator for a given producer.',
  ),
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: lasting(53, 'Transactional Id authorization failed.'),
  SECURITY_DISABLED: lasting(54, 'Security features are disabled.'),
  OPERATION_NOT_ATTEMPTED: lasting(
    55,
    'The operation was not tried, as another one of the same request failed.',
  ),
  KAFKA_STORAGE_ERROR: retriable(56, 'Disk error when trying to access log file on the disk.'),
  LOG_DIR_NOT_FOUND: lasting(
    57,
    'The user-specified log directory is not found in the broker config.',
  ),
  SASL_AUTHENTICATION_FAILED: lasting(58, 'SASL Authentication failed.'),
  UNKNOWN_PRODUCER_ID: lasting(
    59,
    'The broker has no state of this producer id; its records may have been deleted since.',
  ),
  REASSIGNMENT_IN_PROGRESS: lasting(60, 'A partition reassignment is in progress.'),
  DELEGATION_TOKEN_AUTH_DISABLED: lasting(61, 'Delegation Token feature is not enabled.'),
  DELEGATION_TOKEN_NOT_FOUND: lasting(62, 'Delegation Token is not found on server.'),
  DELEGATION_TOKEN_OWNER_MISMATCH: lasting(63, 'Specified Principal is not valid Owner/Renewer.'),
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: lasting(
    64,
    'Delegation Token requests are not allowed on PLAINTEXT/1-way SSL channels and on delegation token authenticated channels.',
  ),
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: lasting(65, 'Delegation Token authorization failed.'),
  DELEGATION_TOKEN_EXPIRED: lasting(66, 'Delegation Token is expired.'),
  INVALID_PRINCIPAL_TYPE: lasting(67, 'Supplied principalType is not supported.'),
  NON_EMPTY_GROUP: lasting(68, 'The group is not empty.'),
  GROUP_ID_NOT_FOUND: lasting(69, 'The group id does not exist.'),
  FETCH_SESSION_ID_NOT_FOUND: retriable(70, 'The fetch session ID was not found.'),
  INVALID_FETCH_SESSION_EPOCH: retriable(71, 'The fetch session epoch is invalid.'),
  LISTENER_NOT_FOUND: retriable(
    72,
    'There is no listener on the leader broker that matches the listener on which metadata request was processed.',
  ),
  TOPIC_DELETION_DISABLED: lasting(73, 'Topic deletion is disabled.'),
  FENCED_LEADER_EPOCH: retriable(
    74,
    'The leader epoch in the request is older than the epoch on the broker.',
  ),
  UNKNOWN_LEADER_EPOCH: retriable(
    75,
    'The leader epoch in the request is newer than the epoch on the broker.',
  ),
  UNSUPPORTED_COMPRESSION_TYPE: lasting(
    76,
    'The requesting client does not support the compression type of given partition.',
  ),
  STALE_BROKER_EPOCH: lasting(77, 'Broker epoch has changed.'),
  OFFSET_NOT_AVAILABLE: retriable(
    78,
    'The leader high watermark has not caught up from a recent leader election so the offsets cannot be guaranteed to be monotonically increasing.',
  ),
  MEMBER_ID_REQUIRED: lasting(
    79,
    'The group member needs to have a valid member id before actually entering a consumer group.',
  ),
  PREFERRED_LEADER_NOT_AVAILABLE: retriable(80, 'The preferred leader was not available.'),
  GROUP_MAX_SIZE_REACHED: lasting(81, 'The group has reached its maximum size.'),
  FENCED_INSTANCE_ID: lasting(
    82,
    'The broker rejected this static consumer since another consumer with the same group.instance.id has registered with a different member.id.',
  ),
  ELIGIBLE_LEADERS_NOT_AVAILABLE: retriable(
    83,
    'Eligible topic partition leaders are not available.',
  ),
  ELECTION_NOT_NEEDED: retriable(84, 'Leader election not needed for topic partition.'),
  NO_REASSIGNMENT_IN_PROGRESS: lasting(85, 'No partition reassignment is in progress.'),
  GROUP_SUBSCRIBED_TO_TOPIC: lasting(
    86,
    'Deleting offsets of a topic is forbidden while the consumer group is actively subscribed to it.',
  ),
  INVALID_RECORD: lasting(
    87,
    'This record has failed the validation on broker and hence will be rejected.',
  ),
  UNSTABLE_OFFSET_COMMIT: retriable(88, 'There are unstable offsets that need to be cleared.'),
  THROTTLING_QUOTA_EXCEEDED: retriable(89, 'The throttling quota has been exceeded.'),
  PRODUCER_FENCED: lasting(
    90,
    'There is a newer producer with the same transactionalId which fences the current one.',
  ),
  RESOURCE_NOT_FOUND: lasting(
    91,
    'A request illegally referred to a resource that does not exist.',
  ),
  DUPLICATE_RESOURCE: lasting(92, 'A request illegally referred to the same resource twice.'),
  UNACCEPTABLE_CREDENTIAL: lasting(
    93,
    'Requested credential would not meet criteria for acceptability.',
  ),
  INCONSISTENT_VOTER_SET: lasting(
    94,
    'Indicates that the either the sender or recipient of a voter-only request is not one of the expected voters.',
  ),
  INVALID_UPDATE_VERSION: lasting(95, 'The given update version was invalid.'),
  FEATURE_UPDATE_FAILED: lasting(
    96,
    'Unable to update finalized features due to an unexpected server error.',
  ),
  PRINCIPAL_DESERIALIZATION_FAILURE: lasting(
    97,
    'Request principal deserialization failed during forwarding. This indicates an internal error on the broker cluster security setup.',
  ),
  SNAPSHOT_NOT_FOUND: lasting(98, 'Requested snapshot was not found.'),
  POSITION_OUT_OF_RANGE: lasting(
    99,
    'Requested position is not greater than or equal to zero, and less than the size of the snapshot.',
  ),
  UNKNOWN_TOPIC_ID: retriable(100, 'This server does not host this topic ID.'),
  DUPLICATE_BROKER_REGISTRATION: lasting(101, 'This broker ID is already in use.'),
  BROKER_ID_NOT_REGISTERED: lasting(102, 'The given broker ID was not registered.'),
  INCONSISTENT_TOPIC_ID: retriable(
    103,
    "The log's topic ID did not match the topic ID in the request.",
  ),
  INCONSISTENT_CLUSTER_ID: lasting(
    104,
    'The clusterId in the request does not match that found on the server.',
  ),
  TRANSACTIONAL_ID_NOT_FOUND: lasting(105, 'The transactionalId could not be found.'),
  FETCH_SESSION_TOPIC_ID_ERROR: retriable(
    106,
    'The fetch session encountered inconsistent topic ID usage.',
  ),
  INELIGIBLE_REPLICA: lasting(107, 'The new ISR contains at least one ineligible replica.'),
  NEW_LEADER_ELECTED: lasting(
    108,
    'The AlterPartition request successfully updated the partition state but the leader has changed.',
  ),
  OFFSET_MOVED_TO_TIERED_STORAGE: lasting(109, 'The requested offset is moved to tiered storage.'),
  FENCED_MEMBER_EPOCH: lasting(
    110,
    'The member epoch is fenced by the group coordinator. The member must abandon all its partitions and rejoin.',
  ),
  UNRELEASED_INSTANCE_ID: lasting(
    111,
    'The instance ID is still used by another member in the consumer group. That member must leave first.',
  ),
  UNSUPPORTED_ASSIGNOR: lasting(
    112,
    'The assignor or its version range is not supported by the consumer group.',
  ),
  STALE_MEMBER_EPOCH: lasting(
    113,
    'The member epoch is stale. The member must retry after receiving its updated member epoch via the ConsumerGroupHeartbeat API.',
  ),
  MISMATCHED_ENDPOINT_TYPE: lasting(114, 'The request was sent to an endpoint of the wrong type.'),
  UNSUPPORTED_ENDPOINT_TYPE: lasting(115, 'This endpoint type is not supported yet.'),
  UNKNOWN_CONTROLLER_ID: lasting(116, 'This controller ID is not known.'),
  UNKNOWN_SUBSCRIPTION_ID: lasting(
    117,
    'Client sent a push telemetry request with an invalid or outdated subscription ID.',
  ),
  TELEMETRY_TOO_LARGE: lasting(
    118,
    'Client sent a push telemetry request larger than the maximum size the broker will accept.',
  ),
  INVALID_REGISTRATION: lasting(
    119,
    'The controller has considered the broker registration to be invalid.',
  ),
  TRANSACTION_ABORTABLE: lasting(
    120,
    'The server encountered an error with the transaction. The client can abort the transaction to continue using this transactional ID.',
  ),
  INVALID_RECORD_STATE: lasting(
    121,
    'The record state is invalid. The acknowledgement of delivery could not be completed.',
  ),
  SHARE_SESSION_NOT_FOUND: retriable(122, 'The share session was not found.'),
  INVALID_SHARE_SESSION_EPOCH: retriable(123, 'The share session epoch is invalid.'),
  FENCED_STATE_EPOCH: lasting(
    124,
    'The share coordinator rejected the request because the share-group state epoch did not match.',
  ),
  INVALID_VOTER_KEY: lasting(125, "The voter key doesn't match the receiving replica's key."),
  DUPLICATE_VOTER: lasting(126, 'The voter is already part of the set of voters.'),
  VOTER_NOT_FOUND: lasting(127, 'The voter is not part of the set of voters.'),
  INVALID_REGULAR_EXPRESSION: lasting(128, 'The regular expression is not valid.'),
  REBOOTSTRAP_REQUIRED: lasting(
    129,
    'Client metadata is stale. The client should rebootstrap to obtain new metadata.',
  ),
  STREAMS_INVALID_TOPOLOGY: lasting(130, 'The supplied topology is invalid.'),
  STREAMS_INVALID_TOPOLOGY_EPOCH: lasting(131, 'The supplied topology epoch is invalid.'),
  STREAMS_TOPOLOGY_FENCED: lasting(132, 'The supplied topology epoch is outdated.'),
  SHARE_SESSION_LIMIT_REACHED: retriable(133, 'The limit of share sessions has been reached.'),
} satisfies Record<string, KafkaErrorCode>

export type ErrorName = keyof typeof errorCodes

/** The codes alone: `errorCode.UNKNOWN_TOPIC_OR_PARTITION` is 3. */
export const errorCode = Object.fromEntries(
  Object.entries(errorCodes).map(([name, { code }]) => [name, code]),
) as { readonly [Name in ErrorName]: number }

const byCode: ReadonlyMap<number, KafkaErrorCode & { readonly name: string }> = new Map(
  Object.entries(errorCodes).map(([name, entry]) => [entry.code, { name, ...entry }]),
)

/** What a code means; a code of a later Kafka reads as `UNKNOWN_SERVER_ERROR`. */
export function describeErrorCode(code: number): KafkaErrorCode & { readonly name: string } {
  return byCode.get(code) ?? { name: 'UNKNOWN_SERVER_ERROR', ...errorCodes.UNKNOWN_SERVER_ERROR }
}

function retriable(code: number, message: string): KafkaErrorCode {
  return { code, retriable: true, message }
}

function lasting(code: number, message: string): KafkaErrorCode {
  return { code, retriable: false, message }
}
