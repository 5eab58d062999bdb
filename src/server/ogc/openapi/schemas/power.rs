//! Collections of the power theme.

pub const TEXT: &str = "
LowVoltageAreaProperties:  Touching territories of supply points with low voltage
  id                   text
  villages             [text]
  village_count        count
  people               number?
  people_unknown       count        Supply points whose people are not known
  households           number?
  supply_points        count
  worst_pu             number?      Share of the nominal voltage
  limit_pu             number?
  confidence           Confidence
  cause                Cause
  transformers         [text]
  provenance           Provenance
  why                  Bilingual
  remedy               PowerWorks        Of the worst network
  remedies             [PowerWorks]      One for each network

TieLineProperties:     A new medium-voltage line that gives a second source
  id                   text
  from                 text
  to                   text
  length_m             number       m
  people               number
  households           number
  people_per_km        number
  cost                 number
  currency             text

TransformerProperties: A distribution transformer with its load
  id                   text
  name                 text?
  rating_kva           number?      kVA
  phases               text         Letters of a, b, c
  lv_nominal_v         number       V
  village              text?
  loading              number?      Demand over rating
  demand_kva           number?      kVA
  kva_per_household    number?      kVA
  households           number?
  people               number?
  worst_pu             number?      Share of the nominal voltage
  supply_points        count
  solved               flag         Its network has a load flow
  problem              Bilingual?   Why it has none
  hv_reached           flag?        Medium voltage reaches it; null where there is no such layer
  provenance           Provenance

SupplyPointProperties: A load, and everything known of its voltage
  id                   text
  name                 text?
  bus                  text?
  transformer          text?
  village              text?
  households           number?
  people               number?
  p_kw                 number?      kW
  phases               text?        Letters of a, b, c
  single_phase         flag
  worst_pu             number?      Voltage that decides, share of the nominal
  limit_pu             number
  modelled_pu          number?
  measured_pu          number?
  published_pu         number?
  length_m             number?      m along the line from its transformer
  verdict              Verdict
  confidence           Confidence?
  over                 flag         The voltage is too high
  disagrees            flag         Measured and modelled speak against each other
  provenance           Provenance

PowerLineProperties:   A power line, and who hangs on it
  id                   text
  name                 text?
  voltage_v            number?      V
  level                low|medium|high?
  phases               text?        Letters of a, b, c
  three_phase          flag?
  conductor            text?
  length_m             number       m
  loading              number?      Current over ampacity
  feeder               text?        Id of the line that leaves the substation
  bridge               flag?        Its loss leaves somebody without supply
  households_behind    number
  people_behind        number
  provenance           Provenance

PowerBusProperties:    An electrical node that the atlas lists
  id                   text
  nominal_v            number?      V
  published_pu         number?      Share of the nominal voltage
  modelled_pu          number?      The lowest of its phases
  modelled_abc_pu      [number?]3?  By phase

SubstationProperties:  A substation
  id                   text
  name                 text?
  voltage_v            number?      V
  rating_kva           number?      kVA
  is_source            flag         Feeds the medium-voltage grid
  provenance           Provenance
";
