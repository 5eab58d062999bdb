//! Villages, counties and roads.

pub const TEXT: &str = "
Reach:                     A class of services for a village
  verdict                  Verdict
  confidence               Confidence?
  m                        number?      Metres to the nearest: straight where one is to be at hand, else of the way
  minutes                  number?      min, of the way along roads
  unpaved_m                number?      m of the way without pavement
  unknown_m                number?      m of the way of unknown surface
  off_road_m               number?      m of the way that no road has
  to                       text?        Id of the nearest
  disagrees                flag         Layer and record speak against each other

VillageProperties:         A village, with what each theme that the atlas has data on says of it
  id                       text         12-digit statistical code, where there is one
  name                     text
  town                     text?
  county                   text?        Id of the county
  county_name              text?
  population               number?      people
  households               number?
  poor_population          number?      people registered as poor
  priority                 flag         A village of deep poverty
  status                   administrative|merged|natural
  provenance               Provenance
  settlement_from          seat|dwellings|point|interior   How its point was found
  source                   text?        File or database
  road_state               RoadState
  road_verdict             Verdict
  road_confidence          Confidence?
  road_distance_m          number?      Straight metres to the main network
  road_link_m              number?      m to build up to the main network
  road_link_cost           number?      Of that, in the atlas's currency; shared stretches count for each village
  road_path_m              number?      m of the whole way
  road_path_by_surface     BySurface?
  road_joint               position?    Where its way begins
  cut_off_link_m           number?      Straight metres that would join its piece of road
  cut_off_link_cost        number?      In the atlas's currency
  reported_paved           Known
  reported_all_weather     Known
  road_disagrees           flag         Layer and record speak against each other
  rai_share                number?      Share of its people near an all-season road
  rai_share_if_unknown     number?      The same if roads of unknown surface were paved
  fragile                  flag         One road that fails would cut it off
  gaps                     [text]       Ids of its gaps
  links                    [text]       Ids of the road links on its way, from the village outwards
  power_verdict?           Verdict
  power_confidence?        Confidence?
  power_kinds?             [text]       Kinds of its gaps
  power_worst_pu?          number?      Voltage that decides, share of the nominal
  power_limit_pu?          number?      Limit it is held against
  power_modelled_pu?       number?      By load flow
  power_cause?             Cause?
  power_supply_m?          number?      m along the line to its farthest supply point
  power_supply_points?     count
  three_phase?             Known        Three-phase power in reach
  three_phase_m?           number?      Straight metres to it
  three_phase_road_m?      number?      m to it along roads
  grid_m?                  number?      Straight metres to anything electrical
  reported_power_hours?    number?      h a day
  reported_three_phase?    Known
  reported_electricity?    Known
  power_disagrees?         flag         Two kinds of evidence speak against each other
  power_provenance?        Provenance
  water_verdict?           Verdict
  water_confidence?        Confidence?
  water_state?             Grade        The worst of the four criteria
  water_quality?           Grade
  water_quantity?          Grade
  water_convenience?       Grade
  water_reliability?       Grade
  water_decided_by?        quality|quantity|convenience|reliability?   The worst criterion, where not all are safe
  water_source?            text?        Id of its source
  water_source_how?        SourceHow?
  water_m?                 number?      Straight metres to the source
  water_road_m?            number?      m to it along roads, where the rules ask for them
  water_climb_m?           number?      m of height to it
  water_minutes?           number?      min, there and back
  jmp?                     Rung?
  reported_litres?         number?      L a person and day
  reported_water_days_short?  number?   d a year without enough
  reported_piped_share?    number?      Share of households
  reported_water_treated?  Known
  broadband_state?         BroadbandState
  broadband_verdict?       Verdict
  broadband_confidence?    Confidence?
  broadband_mbit_s?        number?      Mbit/s, of the evidence that decided
  broadband_covered_share? number?      Share of its area that is covered
  broadband_node_m?        number?      Straight metres to the nearest access node
  broadband_disagrees?     flag         Layers and record speak against each other
  broadband_route_m?       number?      m of the route that would connect it
  broadband_route_cost?    number?      In the atlas's currency; what is shared counts for each village
  reported_broadband?      Known
  reported_mbit_s?         number?      Mbit/s
  reported_mobile?         Known
  services_verdict?        Verdict
  services?                {Reach}      By class of services

Neighbour:                 A neighbouring administrative village
  id                       text
  name                     text
  town                     text?
  county                   text?
  county_name              text?
  at                       position
  verdict                  Verdict      Ok where a paved way leads there
  straight_m               number       m
  limit_m                  number       m; a way that is longer joins nobody
  paved_m                  number?      m along paved roads; reaching the road at either end is not counted
  if_unknown_paved_m       number?      The same if roads of unknown surface were paved
  gap                      text?        Id of the gap, where no paved way leads there or nobody knows

Neighbours:                Neighbours of a village, the nearest first
  ..Run
  village                  text
  neighbours               [Neighbour]

Share:                     Sources over a limit
  limit                    number       In the parameter's unit
  tested                   count
  over                     count
  share                    number
  low                      number       Lower end of the 95 % interval of the share (Wilson)
  high                     number       Upper end

Contamination:             Sources over a limit in a county or town (null: everywhere) and a class of depth (null: all)
  ..Share
  county                   text?
  town                     text?
  depth_m                  [number?]2?  m, from and to; to is null where nothing ends it
  parameter                text
  unit                     text
  samples                  count        Of any time
  samples_over             count
  also?                    [Share]      Over further thresholds of the atlas

UnitProperties:            Tallies of the villages of a county or town
  villages                 count
  gaps                     count        Villages with a gap in roads
  unknown                  count
  gap_share                number?
  power_gaps?              count
  power_unknown?           count
  power_gap_share?         number?
  water_gaps?              count
  water_unknown?           count
  water_gap_share?         number?
  broadband_gaps?          count
  broadband_unknown?       count
  broadband_gap_share?     number?
  services_gaps?           count
  services_unknown?        count
  services_gap_share?      number?

CountyProperties:          A county and its tallies of villages
  ..UnitProperties
  id                       text
  name                     text
  target                   flag         One of the programme's counties
  provenance               Provenance
  contamination?           [Contamination]

TownProperties:            A town and its tallies of villages
  ..UnitProperties
  id                       text
  name                     text
  county                   text?
  county_name              text?
  key                      text         Its county and its name, with a stroke between: what its villages name it by
  provenance               Provenance

RoadProperties:            A road
  id                       text
  name                     text?
  class                    RoadClass
  surface                  Surface
  main                     flag         Part of it belongs to the main network

SurfaceWaterProperties:    A river or lake, for the map alone
  id                       text
  name                     text?
  provenance               Provenance?

RoadLinkProperties:        A stretch to build, and who depends on it
  id                       text
  surface                  LinkSurface
  length_m                 number       m
  cost                     number
  currency                 text
  villages                 [text]
  village_count            count
  people                   number?
  people_unknown           count        Villages whose people are not known
  households               number?
  schools                  count
  townships                count
  roads                    [text]       Ids of the roads it runs along
  confidence               Confidence
  provenance               Provenance

SchoolProperties:          A school
  id                       text
  name                     text
  county                   text?
  pupils                   number?
  state                    RoadState
  provenance               Provenance

SeatProperties:            A township or county seat
  id                       text
  name                     text
  level                    county|township
  county                   text?
  state                    RoadState?
  provenance               Provenance
";
