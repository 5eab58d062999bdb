//! Figures and rules of a run.

pub const TEXT: &str = "
Rai:                   Rural Access Index (SDG 9.1.1)
  share                number?      Of people near an all-season road
  share_if_unknown     number?      If roads of unknown surface were paved
  people               number       Of whom it speaks
  basis                village_points|village_areas|village_records|population_raster

VerdictCounts:         Villages by verdict
  villages_gap         count
  villages_unknown     count
  villages_ok          count
  people_gap           number       people

ThemeCounts:           Villages by verdict and gaps by kind
  ..VerdictCounts
  by_kind              {count}

LoadScenario:          What happens at another load
  load_factor          number
  supply_points_under  count
  households_under     number
  villages_under       count
  transformers_over    count
  networks_without_answer  count

PowerCounts:
  ..ThemeCounts
  disagreements        count
  areas                count        Of low voltage
  ties                 count
  transformers         count
  solved               count
  not_solved           count
  networks             count
  networks_solved      count
  supply_points        count
  under_limit          count
  over_limit           count
  feeders              count
  radial_feeders       count
  islands_without_source  count
  scenarios            [LoadScenario]

WaterCounts:
  ..ThemeCounts
  contamination        [Contamination]   Of the whole region
  profile              text         Limits that sources are held against
  sources              count
  safe                 count
  unsafe               count
  untested             count
  unknown              count
  unimproved           count
  links                count
  link_cost            number
  without_link         count        Unsafe villages that no safe source can take

BroadbandCounts:
  ..ThemeCounts
  broadband            count
  slow                 count
  none                 count
  unknown              count
  disagree             count
  links                count
  link_m               number       m
  link_cost            number

ServiceMean:           Mean of the reference region, weighted by people
  metres               number
  minutes              number
  unpaved_m            number
  villages             count
  people               number

ServiceClass:          A class of services with data
  key                  text
  name                 Bilingual
  asks                 at_hand|travel   In the village or near it; a way not much longer than the mean
  facilities           count
  mean                 ServiceMean?
  limit_m              number?      m; beyond it is a gap
  gap                  count
  unknown              count
  ok                   count

ServicesCounts:
  ..ThemeCounts
  classes              [ServiceClass]
  classes_without_data [text]

ProjectCounts:
  projects             count
  open                 count
  planned_gaps         count
  by_theme             {ProjectTally}
  serve_nobody         count
  overlap              count
  paid_twice           number
  bring_forward        count
  done_but_gap_remains count

Counts:                Figures; those of themes only where the atlas has data on them
  villages             count
  people               number
  connected            count
  linked               count
  cut_off              count
  no_road              count
  no_data              count
  ok                   count
  gap                  count
  unknown              count
  people_gap           number
  people_unknown       number
  disagreements        count
  reported_no_paved    count
  reported_no_all_weather  count
  links                count
  link_m               number       m
  link_cost            number
  village_links        count
  village_link_cost    number
  neighbour_pairs      count
  neighbour_gaps       count
  neighbour_unknown    count
  fragile              count
  fragile_villages     count
  schools              count
  schools_gap          count
  seats                count
  seats_gap            count
  kinds                {count}      Gaps of roads by kind
  rai                  Rai
  power?               PowerCounts
  water?               WaterCounts
  broadband?           BroadbandCounts
  services?            ServicesCounts
  projects?            ProjectCounts

Network:               The road network
  anchors              seats_and_trunk_roads|longest_paved|nothing
  noding               text
  vertices             count
  edges                count
  length_m             number
  main_m               number
  paved_m              number
  gravel_m             number
  earth_m              number
  unknown_m            number
  inferred_m           number       Of the paved, by class alone
  cut_off_pieces       count
  cut_off_m            number

Grades:                From where on it is safe, and basically safe
  safe                 number
  basic                number

WaterRules:            Values of the water rules
  profile              text
  limits               {any}        The atlas's own, by parameter
  also_over            {[number]}   Further thresholds, by parameter
  worst_in_years       number
  litres               Grades       L a person and day
  litres_scarce        Grades       The same where water is scarce
  minutes              Grades       min, there and back
  distance_m           Grades       m
  climb_m              Grades       m
  available            Grades       Share of days
  convenience          straight|roads
  walk_km_h            number
  jmp_minutes          number
  max_source_m         number
  max_link_m           number
  litres_per_person    number
  cost                 {number}
  severe_factor        number
  department           Bilingual

BroadbandRules:        Values of the broadband rules
  min_mbit_s           number
  severe_mbit_s        number
  max_mbit_s           number
  broadband_access_m   number
  max_route_m          number
  cost_per_km          number
  department           Bilingual

FacilityClass:         What is asked of a class of services
  zh                   text
  en                   text
  access_m?            number       Straight metres
  travel               flag         Held against the reference region's mean
  cost?                number       Of a new one
  department?          Bilingual

ServicesRules:         Values of the rules of services
  factor               number
  severe_factor        number
  reported_far_m       number
  classes              {FacilityClass}
  department           Bilingual

CollectionCount:
  id                   text
  count                count

Relief:                Shaded relief of the atlas's heights
  tiles                text         Address of a tile with {z}, {y} and {x}, from the service's own on
  minzoom              count
  maxzoom              count
  bounds               [number]4    West, south, east, north

Basemap:
  tiles                text         Address of a tile with {z}, {x} and {y}
  attribution          text?

Summary:               Figures and rules of a run
  id                   text
  title                Bilingual
  provenance           Provenance
  attribution          [text]
  currency             text
  data_version         text
  version              text         Of the program
  rules                any          Values of the rules of roads
  network              Network?     null where there are no roads
  counts               Counts
  rules_power?         any
  rules_water?         WaterRules
  rules_broadband?     BroadbandRules
  rules_services?      ServicesRules
  rules_projects?      any
  themes               [Theme]      With data, in the order of the page
  bbox                 [number]4?   West, south, east, north
  collections          [CollectionCount]
  relief               Relief?      null where the atlas has no heights
  basemap?             Basemap      Pictures of a map from elsewhere, where the operator set some

VillageTheme:          A theme of all villages
  verdict              text         A letter for each village: g gap, o in order, u unknown
  severity             [number?]    Of the worst gap; null where the theme is not known

CountyColumns:
  id                   [text]
  name                 [text]
  target               [flag]

Villages:              All villages in columns of equal length
  ..Run
  count                count
  id                   [text]
  name                 [text]
  pinyin               [text?]      Syllables of the name; readings of one character with a stroke between
  town                 [text?]
  county               [text?]
  population           [number?]
  priority             [flag]
  status               [text]
  lon                  [number]
  lat                  [number]
  themes               {VillageTheme}
  counties             CountyColumns
  weights              Weights
";
