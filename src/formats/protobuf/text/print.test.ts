/** The texts that the registry hands out: Confluent's layout, restated here. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protobufFormat } from '../index.ts'

const written = `// The meters of a plant.
syntax = "proto3";
import public "google/protobuf/duration.proto";
package plant.meters; import "google/protobuf/timestamp.proto";
import "confluent/meta.proto";
message Reading { // one reading
  enum Mode { option allow_alias = true; UNKNOWN = 0; IDLE = 1; WAITING = 1 [deprecated = true]; }
  oneof value { double power = 3; bytes image = 4; }
  string id = 1 [json_name = "ID", (confluent.field_meta).tags = "PII"];
  google.protobuf.Timestamp at = 2 [(confluent.field_meta) = { doc: "it's \\"when\\"", params { key: "a" value: "b" } }];
  reserved 8, 10 to 12, 1000 to max; reserved "old", "older";
  map<string, Phase> phases = 5;
  optional int64 count = 6;
  message Phase { float amperes = 1; }
  repeated Mode modes = 7 [packed=false];
  option deprecated = true;
}
option java_package = "org.plant";
service Meters {
  rpc Watch(Reading) returns (stream Reading) { option deprecated = true; }
  rpc Put (stream .plant.meters.Reading) returns (Reading);
}
`

const canonical = `syntax = "proto3";
package plant.meters;

import "google/protobuf/timestamp.proto";
import "confluent/meta.proto";
import public "google/protobuf/duration.proto";

option java_package = "org.plant";

message Reading {
  reserved 8, 10 to 12, 1000 to max;
  reserved "old", "older";

  option deprecated = true;

  string id = 1 [
    (confluent.field_meta).tags = "PII",
    json_name = "ID"
  ];
  google.protobuf.Timestamp at = 2 [(confluent.field_meta) = {
    doc: "it\\'s \\"when\\"",
    params: {
      key: "a",
      value: "b"
    }
  }];
  map<string, Phase> phases = 5;
  optional int64 count = 6;
  repeated Mode modes = 7 [packed = false];

  oneof value {
    double power = 3;
    bytes image = 4;
  }

  message Phase {
    float amperes = 1;
  }
  enum Mode {
    option allow_alias = true;
    UNKNOWN = 0;
    IDLE = 1;
    WAITING = 1 [deprecated = true];
  }
}

service Meters {
  rpc Watch (Reading) returns (stream Reading) {
    option deprecated = true;
  };
  rpc Put (stream .plant.meters.Reading) returns (Reading);
}
`

test('the canonical text has the parts by kind, in Confluent’s layout, without comments', () => {
  assertText(protobufFormat.parse(written).canonical, canonical)
})

test('the canonical text of a canonical text is itself', () => {
  assertText(protobufFormat.parse(canonical).canonical, canonical)
})

test('proto2 keeps its labels, defaults, groups, extensions and nested messages', () => {
  const text = `syntax = "proto2";
package plant;

message Meter {
  required string id = 1;
  optional int32 level = 2 [default = -1];
  optional string unit = 3 [
    deprecated = true,
    default = "kWh"
  ];
  optional bytes mark = 4 [default = "\\\\001"];
  optional Mode mode = 5 [default = ON];

  repeated group Phase = 6 {
    optional float amperes = 1;
  }

  extensions 100 to 199, 500;
  extensions 1000 to max [verification = UNVERIFIED];

  extend Meter {
    optional int32 inner = 101;
  }

  message Empty {}
  enum Mode {
    reserved 5;
    reserved "OLD";
    OFF = -1;
    ON = 1;
  }
}

extend Meter {
  optional string note = 100;
}
`
  assertText(protobufFormat.parse(text).canonical, text)
})

test('an edition is kept, and what its features choose', () => {
  const text = `edition = "2023";
package plant;

option features.field_presence = IMPLICIT;

message Meter {
  string id = 1;
  int32 level = 2 [features = {
    field_presence: EXPLICIT
  }];
}
`
  const schema = protobufFormat.parse(text)
  assertText(schema.canonical, text)
  assert.deepEqual(schema.decode(Buffer.alloc(0)), { id: '', level: null })
})

test('all ways to write a schema have one normalized text: sorted, with names in full', () => {
  const one = protobufFormat.parse(`
    syntax = "proto3"; package plant;
    import "google/protobuf/timestamp.proto"; import "confluent/meta.proto";
    message Reading {
      Phase second = 2; string first = 1 [(confluent.field_meta).doc = "x", (confluent.field_meta).tags = "A", (confluent.field_meta).tags = "B"];
      oneof b { int32 x = 9; int32 y = 8; } oneof a { google.protobuf.Timestamp at = 7; }
      map<string, Phase> phases = 3;
      reserved "r", "q", 20 to 20, 15;
      message Phase {} enum Mode { C = 0; B = 2; A = 1; }
    }`)
  const other = protobufFormat.parse(`
    syntax = "proto3"; package plant;
    import "confluent/meta.proto"; import "google/protobuf/timestamp.proto"; import "confluent/meta.proto";
    message Reading {
      string first = 1 [(confluent.field_meta) = { tags: ["A", "B"], doc: "x" }]; .plant.Reading.Phase second = 2;
      repeated PhasesEntry phases = 3;
      oneof a { .google.protobuf.Timestamp at = 7; } oneof b { int32 y = 8; int32 x = 9; }
      message Phase {} message PhasesEntry { option map_entry = true; string key = 1; Phase value = 2; }
      enum Mode { C = 0; A = 1; B = 2; }
      reserved 15; reserved 20; reserved "q"; reserved "r";
    }`)
  const normalized = `syntax = "proto3";
package plant;

import "confluent/meta.proto";
import "google/protobuf/timestamp.proto";

message Reading {
  reserved 15;
  reserved 20;
  reserved "q";
  reserved "r";

  string first = 1 [(confluent.field_meta) = {
    doc: "x",
    tags: [
      "A",
      "B"
    ]
  }];
  .plant.Reading.Phase second = 2;
  map<string, .plant.Reading.Phase> phases = 3;

  oneof a {
    .google.protobuf.Timestamp at = 7;
  }
  oneof b {
    int32 y = 8;
    int32 x = 9;
  }

  message Phase {}
  enum Mode {
    C = 0;
    A = 1;
    B = 2;
  }
}
`
  assertText(one.normalized(), normalized)
  assertText(other.normalized(), normalized)
  assertText(protobufFormat.parse(normalized).normalized(), normalized)
})

/** Blank lines inside of braces are as long as the registry has them: two spaces a level. */
function assertText(actual: string, expected: string): void {
  assert.equal(actual.replace(/^ +$/gm, ''), expected)
}
