//! Words and parts that several answers have.

pub const TEXT: &str = "
Verdict = ok|gap|unknown                              Whether there is a gap
Confidence = measured|computed|modelled|reported|inferred   What a verdict rests on, the strongest first
Provenance = real|derived|simulated                   Where records come from
Theme = roads|power|water|broadband|services          Theme of gaps
Known = yes|no|unknown                                A record that may be missing
Surface = paved|gravel|earth|unknown                  Surface of a road
LinkSurface = paved|gravel|earth|unknown|new          Surface of a stretch; new where no road is yet
RoadClass = motorway|trunk|primary|secondary|tertiary|unclassified|residential|living_street|service|road|track   Class as in OpenStreetMap
RoadState = connected|linked|cut_off|no_road|no_data  How a place stands to the main network
Cause = overloaded_transformer|long_line|thin_conductor|unknown   Likely cause of a low voltage
SourceType = piped|borehole|protected_well|protected_spring|rainwater|tanker|unprotected_well|unprotected_spring|surface   Kind of a water source (JMP)
SourceState = safe|unsafe|unknown|untested|unimproved What tests and kind of a source say of its water
Grade = safe|basically_safe|unsafe|unknown            Grade of a criterion (T/CHES 18-2018)
SourceHow = record|area|nearest                       How a village's source is known
Rung = safely_managed|basic|limited|unimproved|surface_water   Rung of the JMP ladder
BroadbandState = broadband|slow|none|unknown          How a village stands
ProjectStatus = planned|under_construction|done|cancelled   How far a project has come

Bilingual:         The same words in Chinese and English
  zh               text
  en               text

BySurface:         Metres of a path by surface
  paved            number   m
  gravel           number   m
  earth            number   m
  unknown          number   m
  new              number   m; no road is there yet

Run:               What an answer speaks of
  atlas            text
  provenance       Provenance
  data_version     text     Changes with data, rules and program

Weights:           Weights of the themes
  roads            number
  power            number
  water            number
  broadband        number
  services         number
";
