//! Scorecard, rankings, projects, plans and scenarios.

pub const TEXT: &str = "
Cheapest:              The cheapest set of works that reaches a target
  villages             [text]
  cost                 number
  short                count        How many are still missing after it

Figure:                An indicator of a place, beside its target and the reference region
  key                  text
  name                 Bilingual
  theme                text         Whose department is in charge
  department           Bilingual
  of                   all|administrative|merged|priority|schools|pairs|people|sources|households   What is counted
  yes                  number
  no                   number
  unknown              number
  share                number?      Of those that are known; of kva_per_household the value itself, kVA
  unknown_share        number?
  people_yes           number?
  people_no            number?
  people_unknown       number?
  people_share         number?
  reference            number?      The reference region's share
  difference           number?
  people_gap           number?
  target               number?
  reached              flag?
  missing              count?       How many are missing
  cheapest             Cheapest?

Card:                  A county, a town, or the reference region
  id                   text
  name                 text
  county               text?
  target               flag
  villages             count
  priority_villages    count
  people               number?
  poor_people          number?
  figures              [Figure]

Scorecard:
  ..Run
  title                Bilingual
  reference            Card
  counties             [Card]
  towns                [Card]
  currency             text

RankPart:              A theme's part in a need
  theme                Theme
  verdict              Verdict
  severity             number?
  weight               number?      Share of the weights that are known for the village
  part                 number?      Weight × severity
  gaps                 [text]
  why                  Bilingual?

RankRow:               A village in a ranking
  rank                 count        Equal scores share the better one
  rank_interval        [count]2     5th and 95th percentile over draws of the weights
  village              text
  name                 text
  town                 text?
  county               text?
  priority             flag
  people               number?
  score                number
  need                 number
  known_share          number       Share of the weights that is of known themes
  cost                 number?      Of all its remedies
  without_remedy       count        Gaps without a known remedy
  parts                [RankPart]

Ranking:
  ..Run
  by                   need|people|value
  theme                Theme?
  weights              Weights
  draws                count
  currency             text
  numberMatched        count
  rows                 [RankRow]
  without_need         count
  unknown              count
  not_scored           count        Without what the score is made of

RemedyRow:             A remedy in a ranking
  rank                 count
  gap                  text
  theme                Theme
  kind                 text
  remedy               text
  village              text?
  name                 text
  county               text?
  people               number?
  severity             number
  length_m             number       m
  cost                 number
  score                number
  why                  Bilingual

Remedies:
  ..Run
  by                   need|people|value
  weights              Weights
  currency             text
  numberMatched        count
  rows                 [RemedyRow]

Overlap:               Another project that builds the same
  project              text
  length_m             number       m
  gaps                 [text]
  cost                 number?      Paid twice

ProjectRow:            A project: what it closes and relieves for its money
  rank                 count?
  id                   text
  name                 text?
  theme                Theme
  kind                 text?
  status               ProjectStatus
  year                 integer?
  cost                 number?
  named                [text]       Villages it names
  gaps                 [text]       That it closes
  gaps_shared          [text]       That it closes with others
  unknown              [text]       That it would close if they are any
  villages             [text]       With those gaps
  people               number?
  relief               number       People × need
  people_per_million   number?
  relief_per_million   number?
  serves_nobody        flag
  bring_forward        flag         Later than projects of less value
  outranks             count        Projects of earlier years and less value
  remedy_m             number       m of remedies that it builds
  remedy_cost          number       Of that
  overlaps             [Overlap]
  still_open           [text]       Gaps that it should have closed, as it is said to be done

ProjectProperties:     A project
  ..ProjectRow
  provenance           Provenance

ProjectTally:          Gaps of a theme and those that are planned
  projects             count
  gaps                 count
  planned              count
  villages             count
  villages_planned     count

Projects:
  ..Run
  currency             text
  weights              Weights
  by_theme             {ProjectTally}
  numberMatched        count
  rows                 [ProjectRow]

PlanWorkProperties:    A stretch of a plan, in the order of building
  id                   text
  order                count
  surface              text         Of roads; of fibre along_road or straight; of water connection; of power the kind of works
  length_m             number       m
  cost                 number
  cost_so_far          number
  villages             [text]       Connected once it is built
  people               number
  people_so_far        number
  roads                [text]
  source?              text         Of water
  m3_d?                number       m³ a day, of water
  projects             [text]       That build some of it anyway
  double_financed      number       Of its cost

PlanVillage:           A village of a plan
  id                   text
  name                 text
  people               number?
  after                count        Order of the work that connects it; 0 where none is needed
  length_m             number       m
  by_surface?          BySurface    Of roads

PlanPoint:             A point of the curve of money against people
  cost                 number
  people               number
  villages             count
  people_at_most       number?      No plan of this cost can do more

Everybody:             Everybody together
  cost                 number
  cost_at_least        number       Nothing that connects everybody costs less
  gap_percent          number       (cost − bound) / cost
  one_by_one           number       Cost of building in the order of a list
  each_alone           number       Cost of separate projects
  saved_percent        number       Of one_by_one
  people               number
  villages             count

PlanFigures:           A plan of one theme, without its works
  ..Run
  theme                Theme
  budget               number?
  weighted_by_need     flag
  currency             text
  cost                 number
  villages_connected   count
  people               number
  gain                 number       People, or people × need
  gain_at_most         number       No plan for this budget has more
  villages_asked       count        With a gap that some way leads to
  villages_without_way [text]
  villages_planned     [text]       Left out because projects connect them
  way_at_most_m?       number       m, of fibre
  double_financed      number
  everybody            Everybody
  villages             [PlanVillage]
  curve                [PlanPoint]

ThemePlan:             A plan of one theme
  ..PlanFigures
  works                [PlanWorkProperties]

BudgetStep:            A theme of a village is mended
  order                count
  theme                Theme
  village              text
  name                 text
  county               text?
  people               number?
  gaps                 [text]       That close
  links                [text]       That are built for it now
  cost                 number
  cost_so_far          number
  relief               number       People × need
  relief_so_far        number
  paid_by              text         budget, or the floor of a theme or county
  projects             [text]       That do some of it anyway
  double_financed      number       Of its cost

Spent:                 Sums of a theme
  villages             count
  cost                 number
  relief               number

BudgetPlan:            One budget over all themes
  ..Run
  budget               number
  currency             text
  weights              Weights
  cost                 number
  relief               number
  relief_of_all        number       If everything with a known remedy were mended
  steps                [BudgetStep]
  by_theme             {Spent}
  without_remedy       {count}      By theme
  double_financed      number
  planned              {count}      Gaps left out because projects close them, by theme

Change:                A gap that a scenario closes, opens or changes
  id                   text
  theme                Theme
  kind                 text
  village              text?
  name                 text
  county               text?
  people               number?
  verdict_before       Verdict?
  verdict_after        Verdict?
  severity_before      number?
  severity_after       number?
  cost_before          number?
  cost_after           number?
  why                  Bilingual

Tally:                 Changes of a theme
  closed               count
  opened               count
  changed              count
  villages             count
  people               number
  people_unknown       count        Villages whose people are not known

IndicatorFigures:
  yes                  number
  no                   number
  unknown              number
  share                number?
  people_share         number?
  missing              count?
  reached              flag?

IndicatorChange:
  name                 Bilingual
  before               IndicatorFigures
  after                IndicatorFigures

PlaceChange:           Indicators of a county or the region that a scenario changes
  id                   text
  name                 text
  indicators           {IndicatorChange}

Outcome:               What a scenario does
  ..Run
  edits                count
  road_cost            number
  road_m               number       m of roads built
  currency             text
  by_theme             {Tally}
  closed               [Change]
  opened               [Change]
  changed              [Change]
  scorecard            [PlaceChange]
";
