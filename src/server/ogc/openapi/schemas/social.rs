//! Collections of water, broadband and services.

pub const TEXT: &str = "
WorstTest:             What exceeds most, or what nobody can tell
  parameter            text
  zh                   text
  en                   text
  value                number       In its unit
  unit                 text
  limit                number
  factor               number?      How many times the limit; null where nothing at all is allowed
  below                flag         Below detection: less than the value
  above                flag         More than could be counted

WaterSourceProperties: A water source and its tests
  id                   text
  name                 text?
  type                 SourceType?
  functional           yes|partly|no|abandoned|unknown
  state                SourceState
  county               text?
  yield_m3_d           number?      m³ a day
  spare_m3_d           number?      m³ a day that nobody uses
  users                number?      people, by its record
  people               number?      Of its villages
  people_unknown       count        Villages whose people are not known
  villages             count
  elevation_m          number?      m
  depth_m              number?      m
  tests                count
  worst                WorstTest?
  results              [Exceedance] All tests, whether they exceed or not
  provenance           Provenance?

WaterLinkProperties:   A connection to build
  id                   text
  village              text
  source               text
  distance_m           number       m
  climb_m              number       m that water must be lifted
  people               number?
  demand_m3_d          number       m³ a day
  share                number       Of the village's demand
  cost                 number
  currency             text

FibreLinkProperties:   A stretch of fibre to lay
  id                   text
  length_m             number       m
  cost                 number
  currency             text
  villages             [text]
  village_count        count
  people               number?
  along_road           flag         Else straight from the road to the village

FacilityProperties:    A place that villages need
  id                   text
  name                 text
  class                text         Class of services
  county               text?
  provenance           Provenance

AccessNodeProperties:  A fibre access node
  id                   text
  name                 text?
  mbit_s               number?      Mbit/s
  provenance           Provenance?

CoverageProperties:    Ground with broadband, or a tile of measured speed
  id                   text
  mbit_s               number?      Mbit/s
  measured             flag         By people; else it is what a provider offers
  provenance           Provenance?

FibreLineProperties:   Fibre that lies
  id                   text
  name                 text?
  provenance           Provenance?
";
