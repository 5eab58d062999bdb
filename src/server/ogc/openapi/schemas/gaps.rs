//! Gaps of all themes.

pub const TEXT: &str = "
Evidence:              One piece of evidence
  kind                 text
  confidence           Confidence
  value                number?       In its unit
  unit                 text
  text                 Bilingual
  sources              [text]        Ids of the features it was derived from

Remedy:                What would close a gap
  kind                 text
  length_m             number        m to build
  cost                 number
  currency             text
  links                [text]        Ids of the links to build, from the village outwards
  by_surface?          BySurface     Of roads

PowerWorks:            Works on a power network, proved by solving it again
  kind                 new_transformer|thicker_conductor|larger_transformer|larger_and_thicker|survey
  text                 Bilingual
  point                position?     Where the first new transformer goes
  rating_kva           number?       kVA, of the first transformer
  transformers         count
  buses                [text]        Of new transformers; the line above each is opened
  ratings_kva          [number]      kVA
  lines                [text]
  conductor            text?
  length_m             number        m
  cost                 number?
  currency             text
  after_pu             number?       Worst voltage with the works in place, share of the nominal

Criteria:              Grades of a village's water by criterion
  quality              Grade
  quantity             Grade
  convenience          Grade
  reliability          Grade

Exceedance:            A test, beside its limit
  parameter            text
  zh                   text
  en                   text
  value                number        In its unit
  below                flag          Below detection: less than the value
  above                flag          More than could be counted
  unit                 text
  limit                number
  low                  number?       Lowest value allowed
  factor               number?       How many times the limit; null where nothing at all is allowed
  exceeds              flag
  unclear              flag          Nobody can tell
  date                 day?

GapProperties:         A gap of any theme. What only some kinds have comes after provenance
  id                   text          theme:kind:code
  theme                Theme
  kind                 text
  village              text?         Id of the village
  village_name         text          Name of the village, school, seat, source or device
  town                 text?
  county               text?
  verdict              Verdict
  severity             number        0 at the threshold, 1 at what the rules call severe
  measured             number?       In the unit
  threshold            number?       In the unit
  unit                 text
  rule                 Bilingual
  confidence           Confidence
  why                  Bilingual
  evidence             [Evidence]
  people               number?
  households           number?
  remedy               Remedy?
  department           Bilingual     Who is in charge
  provenance           Provenance
  state?               connected|linked|cut_off|no_road|no_data|broadband|slow|none|unknown?  Of roads or broadband
  disagrees?           flag?         Evidence speaks against it
  place?               text?         Id of the school or seat
  other?               text?         Id of the neighbour
  straight_m?          number?       m between the neighbours
  paved_path_m?        number?       m between them on pavement
  path_if_unknown_paved_m?  number?  m if roads of unknown surface were paved
  villages?            [text]?       Whom it concerns, of a road, device or source
  length_m?            number?       m, of a road or feeder
  feeder?              text?         Id of the line that leaves the substation
  transformers?        count?        On the feeder
  transformer?         text?         Id
  cause?               Cause?
  worst_bus?           text?         Where the voltage is worst
  supply_points?       count?
  evidence_disagrees?  flag?         Measured and modelled voltage speak against each other
  works?               PowerWorks?
  source?              text?         Id of the water source
  parameter?           text?         What exceeds most
  factor?              number?       How many times its limit; null where nothing at all is allowed
  exceedances?         [Exceedance]?
  decided_by?          quality|quantity|convenience|reliability?
  source_how?          SourceHow?
  jmp?                 Rung?
  criteria?            Criteria?
  node_m?              number?       Straight metres to the nearest access node
  covered_share?       number?       Share of the village's area that is covered
  class?               text?         Class of services
  class_name?          Bilingual?
  facility?            text?         Id of the nearest
  minutes?             number?       min of the way to it
  unpaved_m?           number?       m of the way without pavement
  planned?             flag?         Projects close it; it is a gap until they are built
  status?              planned|open?
  projects?            [text]?       Those that close it, or build a part of its remedy
  planned_year?        integer?      By its end it is closed
  planned_m?           number?       m of its remedy that projects build
  planned_cost?        number?       Of that
  done_projects?       [text]?       Said to be done: to be checked on the ground
";
