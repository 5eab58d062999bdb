// Made from openapi.json by `make api-types`; not to be edited.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Whether there is a gap
         * @enum {string}
         */
        Verdict: "ok" | "gap" | "unknown";
        /**
         * @description What a verdict rests on, the strongest first
         * @enum {string}
         */
        Confidence: "measured" | "computed" | "modelled" | "reported" | "inferred";
        /**
         * @description Where records come from
         * @enum {string}
         */
        Provenance: "real" | "derived" | "simulated";
        /**
         * @description Theme of gaps
         * @enum {string}
         */
        Theme: "roads" | "power" | "water" | "broadband" | "services";
        /**
         * @description A record that may be missing
         * @enum {string}
         */
        Known: "yes" | "no" | "unknown";
        /**
         * @description Surface of a road
         * @enum {string}
         */
        Surface: "paved" | "gravel" | "earth" | "unknown";
        /**
         * @description Surface of a stretch; new where no road is yet
         * @enum {string}
         */
        LinkSurface: "paved" | "gravel" | "earth" | "unknown" | "new";
        /**
         * @description Class as in OpenStreetMap
         * @enum {string}
         */
        RoadClass: "motorway" | "trunk" | "primary" | "secondary" | "tertiary" | "unclassified" | "residential" | "living_street" | "service" | "road" | "track";
        /**
         * @description How a place stands to the main network
         * @enum {string}
         */
        RoadState: "connected" | "linked" | "cut_off" | "no_road" | "no_data";
        /**
         * @description Likely cause of a low voltage
         * @enum {string}
         */
        Cause: "overloaded_transformer" | "long_line" | "thin_conductor" | "unknown";
        /**
         * @description Kind of a water source (JMP)
         * @enum {string}
         */
        SourceType: "piped" | "borehole" | "protected_well" | "protected_spring" | "rainwater" | "tanker" | "unprotected_well" | "unprotected_spring" | "surface";
        /**
         * @description What tests and kind of a source say of its water
         * @enum {string}
         */
        SourceState: "safe" | "unsafe" | "unknown" | "untested" | "unimproved";
        /**
         * @description Grade of a criterion (T/CHES 18-2018)
         * @enum {string}
         */
        Grade: "safe" | "basically_safe" | "unsafe" | "unknown";
        /**
         * @description How a village's source is known
         * @enum {string}
         */
        SourceHow: "record" | "area" | "nearest";
        /**
         * @description Rung of the JMP ladder
         * @enum {string}
         */
        Rung: "safely_managed" | "basic" | "limited" | "unimproved" | "surface_water";
        /**
         * @description How a village stands
         * @enum {string}
         */
        BroadbandState: "broadband" | "slow" | "none" | "unknown";
        /**
         * @description How far a project has come
         * @enum {string}
         */
        ProjectStatus: "planned" | "under_construction" | "done" | "cancelled";
        /** @description The same words in Chinese and English */
        Bilingual: {
            zh: string;
            en: string;
        };
        /** @description Metres of a path by surface */
        BySurface: {
            /** @description m */
            paved: number;
            /** @description m */
            gravel: number;
            /** @description m */
            earth: number;
            /** @description m */
            unknown: number;
            /** @description m; no road is there yet */
            new: number;
        };
        /** @description What an answer speaks of */
        Run: {
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
        };
        /** @description Weights of the themes */
        Weights: {
            roads: number;
            power: number;
            water: number;
            broadband: number;
            services: number;
        };
        /** @description What was wrong (RFC 9457); its code is the title as one word */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
        };
        Link: {
            href: string;
            rel: string;
            type?: string;
            title?: string;
        };
        LandingPage: {
            title: string;
            description: string;
            links: components["schemas"]["Link"][];
        };
        Conformance: {
            conformsTo: string[];
        };
        SpatialExtent: {
            bbox: number[][];
            crs: string;
        };
        Extent: {
            spatial: components["schemas"]["SpatialExtent"];
        };
        Collection: {
            id: string;
            title: string;
            /** @enum {string} */
            itemType: "feature";
            crs: string[];
            storageCrs: string;
            extent?: components["schemas"]["Extent"];
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
            numberOfFeatures?: number;
        };
        Collections: {
            links: components["schemas"]["Link"][];
            collections: components["schemas"]["Collection"][];
            crs: string[];
        };
        /** @description A JSON Schema */
        Queryables: {
            $schema: string;
            $id: string;
            /** @enum {string} */
            type: "object";
            title: string;
            properties: {
                [key: string]: unknown;
            };
            additionalProperties: boolean;
        };
        Health: {
            /** @enum {string} */
            status: "ok";
            version: string;
            data_version: string;
            atlas: string;
        };
        Live: {
            /** @enum {string} */
            status: "ok";
        };
        /** @description Whether the service may be asked */
        Ready: {
            /** @enum {string} */
            status: "ready" | "stale";
            data_version: string;
            /** @description When the data were loaded (RFC 3339) */
            loaded: string;
            age_seconds: number;
            loading: boolean;
            last_reload: {
                [key: string]: unknown;
            } | null;
        };
        /** @description Edits, each a feature */
        Scenario: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: [
                {
                    [key: string]: unknown;
                },
                ...{
                    [key: string]: unknown;
                }[]
            ];
        };
        /** @description A class of services for a village */
        Reach: {
            verdict: components["schemas"]["Verdict"];
            /**
             * @description What a verdict rests on, the strongest first
             * @enum {string|null}
             */
            confidence: "measured" | "computed" | "modelled" | "reported" | "inferred" | null;
            /** @description Metres to the nearest: straight where one is to be at hand, else of the way */
            m: number | null;
            /** @description min, of the way along roads */
            minutes: number | null;
            /** @description m of the way without pavement */
            unpaved_m: number | null;
            /** @description m of the way of unknown surface */
            unknown_m: number | null;
            /** @description m of the way that no road has */
            off_road_m: number | null;
            /** @description Id of the nearest */
            to: string | null;
            /** @description Layer and record speak against each other */
            disagrees: boolean;
        };
        /** @description A village, with what each theme that the atlas has data on says of it */
        VillageProperties: {
            /** @description 12-digit statistical code, where there is one */
            id: string;
            name: string;
            town: string | null;
            /** @description Id of the county */
            county: string | null;
            county_name: string | null;
            /** @description people */
            population: number | null;
            households: number | null;
            /** @description people registered as poor */
            poor_population: number | null;
            /** @description A village of deep poverty */
            priority: boolean;
            /** @enum {string} */
            status: "administrative" | "merged" | "natural";
            provenance: components["schemas"]["Provenance"];
            /**
             * @description How its point was found
             * @enum {string}
             */
            settlement_from: "seat" | "dwellings" | "point" | "interior";
            /** @description File or database */
            source: string | null;
            road_state: components["schemas"]["RoadState"];
            road_verdict: components["schemas"]["Verdict"];
            /**
             * @description What a verdict rests on, the strongest first
             * @enum {string|null}
             */
            road_confidence: "measured" | "computed" | "modelled" | "reported" | "inferred" | null;
            /** @description Straight metres to the main network */
            road_distance_m: number | null;
            /** @description m to build up to the main network */
            road_link_m: number | null;
            /** @description Of that, in the atlas's currency; shared stretches count for each village */
            road_link_cost: number | null;
            /** @description m of the whole way */
            road_path_m: number | null;
            /** @description Metres of a path by surface */
            road_path_by_surface: {
                /** @description m */
                paved: number;
                /** @description m */
                gravel: number;
                /** @description m */
                earth: number;
                /** @description m */
                unknown: number;
                /** @description m; no road is there yet */
                new: number;
            } | null;
            /** @description Where its way begins */
            road_joint: [
                number,
                number
            ] | null;
            /** @description Straight metres that would join its piece of road */
            cut_off_link_m: number | null;
            /** @description In the atlas's currency */
            cut_off_link_cost: number | null;
            reported_paved: components["schemas"]["Known"];
            reported_all_weather: components["schemas"]["Known"];
            /** @description Layer and record speak against each other */
            road_disagrees: boolean;
            /** @description Share of its people near an all-season road */
            rai_share: number | null;
            /** @description The same if roads of unknown surface were paved */
            rai_share_if_unknown: number | null;
            /** @description One road that fails would cut it off */
            fragile: boolean;
            /** @description Ids of its gaps */
            gaps: string[];
            /** @description Ids of the road links on its way, from the village outwards */
            links: string[];
            power_verdict?: components["schemas"]["Verdict"];
            /**
             * @description What a verdict rests on, the strongest first
             * @enum {string|null}
             */
            power_confidence?: "measured" | "computed" | "modelled" | "reported" | "inferred" | null;
            /** @description Kinds of its gaps */
            power_kinds?: string[];
            /** @description Voltage that decides, share of the nominal */
            power_worst_pu?: number | null;
            /** @description Limit it is held against */
            power_limit_pu?: number | null;
            /** @description By load flow */
            power_modelled_pu?: number | null;
            /**
             * @description Likely cause of a low voltage
             * @enum {string|null}
             */
            power_cause?: "overloaded_transformer" | "long_line" | "thin_conductor" | "unknown" | null;
            /** @description m along the line to its farthest supply point */
            power_supply_m?: number | null;
            power_supply_points?: number;
            /** @description Three-phase power in reach */
            three_phase?: components["schemas"]["Known"];
            /** @description Straight metres to it */
            three_phase_m?: number | null;
            /** @description m to it along roads */
            three_phase_road_m?: number | null;
            /** @description Straight metres to anything electrical */
            grid_m?: number | null;
            /** @description h a day */
            reported_power_hours?: number | null;
            reported_three_phase?: components["schemas"]["Known"];
            reported_electricity?: components["schemas"]["Known"];
            /** @description Two kinds of evidence speak against each other */
            power_disagrees?: boolean;
            power_provenance?: components["schemas"]["Provenance"];
            water_verdict?: components["schemas"]["Verdict"];
            /**
             * @description What a verdict rests on, the strongest first
             * @enum {string|null}
             */
            water_confidence?: "measured" | "computed" | "modelled" | "reported" | "inferred" | null;
            /** @description The worst of the four criteria */
            water_state?: components["schemas"]["Grade"];
            water_quality?: components["schemas"]["Grade"];
            water_quantity?: components["schemas"]["Grade"];
            water_convenience?: components["schemas"]["Grade"];
            water_reliability?: components["schemas"]["Grade"];
            /**
             * @description The worst criterion, where not all are safe
             * @enum {string|null}
             */
            water_decided_by?: "quality" | "quantity" | "convenience" | "reliability" | null;
            /** @description Id of its source */
            water_source?: string | null;
            /**
             * @description How a village's source is known
             * @enum {string|null}
             */
            water_source_how?: "record" | "area" | "nearest" | null;
            /** @description Straight metres to the source */
            water_m?: number | null;
            /** @description m to it along roads, where the rules ask for them */
            water_road_m?: number | null;
            /** @description m of height to it */
            water_climb_m?: number | null;
            /** @description min, there and back */
            water_minutes?: number | null;
            /**
             * @description Rung of the JMP ladder
             * @enum {string|null}
             */
            jmp?: "safely_managed" | "basic" | "limited" | "unimproved" | "surface_water" | null;
            /** @description L a person and day */
            reported_litres?: number | null;
            /** @description d a year without enough */
            reported_water_days_short?: number | null;
            /** @description Share of households */
            reported_piped_share?: number | null;
            reported_water_treated?: components["schemas"]["Known"];
            broadband_state?: components["schemas"]["BroadbandState"];
            broadband_verdict?: components["schemas"]["Verdict"];
            /**
             * @description What a verdict rests on, the strongest first
             * @enum {string|null}
             */
            broadband_confidence?: "measured" | "computed" | "modelled" | "reported" | "inferred" | null;
            /** @description Mbit/s, of the evidence that decided */
            broadband_mbit_s?: number | null;
            /** @description Share of its area that is covered */
            broadband_covered_share?: number | null;
            /** @description Straight metres to the nearest access node */
            broadband_node_m?: number | null;
            /** @description Layers and record speak against each other */
            broadband_disagrees?: boolean;
            /** @description m of the route that would connect it */
            broadband_route_m?: number | null;
            /** @description In the atlas's currency; what is shared counts for each village */
            broadband_route_cost?: number | null;
            reported_broadband?: components["schemas"]["Known"];
            /** @description Mbit/s */
            reported_mbit_s?: number | null;
            reported_mobile?: components["schemas"]["Known"];
            services_verdict?: components["schemas"]["Verdict"];
            /** @description By class of services */
            services?: {
                [key: string]: components["schemas"]["Reach"];
            };
        };
        /** @description A neighbouring administrative village */
        Neighbour: {
            id: string;
            name: string;
            town: string | null;
            county: string | null;
            county_name: string | null;
            at: [
                number,
                number
            ];
            /** @description Ok where a paved way leads there */
            verdict: components["schemas"]["Verdict"];
            /** @description m */
            straight_m: number;
            /** @description m; a way that is longer joins nobody */
            limit_m: number;
            /** @description m along paved roads; reaching the road at either end is not counted */
            paved_m: number | null;
            /** @description The same if roads of unknown surface were paved */
            if_unknown_paved_m: number | null;
            /** @description Id of the gap, where no paved way leads there or nobody knows */
            gap: string | null;
        };
        /** @description Neighbours of a village, the nearest first */
        Neighbours: {
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
            village: string;
            neighbours: components["schemas"]["Neighbour"][];
        };
        /** @description Sources over a limit */
        Share: {
            /** @description In the parameter's unit */
            limit: number;
            tested: number;
            over: number;
            share: number;
            /** @description Lower end of the 95 % interval of the share (Wilson) */
            low: number;
            /** @description Upper end */
            high: number;
        };
        /** @description Sources over a limit in a county or town (null: everywhere) and a class of depth (null: all) */
        Contamination: {
            /** @description In the parameter's unit */
            limit: number;
            tested: number;
            over: number;
            share: number;
            /** @description Lower end of the 95 % interval of the share (Wilson) */
            low: number;
            /** @description Upper end */
            high: number;
            county: string | null;
            town: string | null;
            /** @description m, from and to; to is null where nothing ends it */
            depth_m: [
                number | null,
                number | null
            ] | null;
            parameter: string;
            unit: string;
            /** @description Of any time */
            samples: number;
            samples_over: number;
            /** @description Over further thresholds of the atlas */
            also?: components["schemas"]["Share"][];
        };
        /** @description Tallies of the villages of a county or town */
        UnitProperties: {
            villages: number;
            /** @description Villages with a gap in roads */
            gaps: number;
            unknown: number;
            gap_share: number | null;
            power_gaps?: number;
            power_unknown?: number;
            power_gap_share?: number | null;
            water_gaps?: number;
            water_unknown?: number;
            water_gap_share?: number | null;
            broadband_gaps?: number;
            broadband_unknown?: number;
            broadband_gap_share?: number | null;
            services_gaps?: number;
            services_unknown?: number;
            services_gap_share?: number | null;
        };
        /** @description A county and its tallies of villages */
        CountyProperties: {
            villages: number;
            /** @description Villages with a gap in roads */
            gaps: number;
            unknown: number;
            gap_share: number | null;
            power_gaps?: number;
            power_unknown?: number;
            power_gap_share?: number | null;
            water_gaps?: number;
            water_unknown?: number;
            water_gap_share?: number | null;
            broadband_gaps?: number;
            broadband_unknown?: number;
            broadband_gap_share?: number | null;
            services_gaps?: number;
            services_unknown?: number;
            services_gap_share?: number | null;
            id: string;
            name: string;
            /** @description One of the programme's counties */
            target: boolean;
            provenance: components["schemas"]["Provenance"];
            contamination?: components["schemas"]["Contamination"][];
        };
        /** @description A town and its tallies of villages */
        TownProperties: {
            villages: number;
            /** @description Villages with a gap in roads */
            gaps: number;
            unknown: number;
            gap_share: number | null;
            power_gaps?: number;
            power_unknown?: number;
            power_gap_share?: number | null;
            water_gaps?: number;
            water_unknown?: number;
            water_gap_share?: number | null;
            broadband_gaps?: number;
            broadband_unknown?: number;
            broadband_gap_share?: number | null;
            services_gaps?: number;
            services_unknown?: number;
            services_gap_share?: number | null;
            id: string;
            name: string;
            county: string | null;
            county_name: string | null;
            /** @description Its county and its name, with a stroke between: what its villages name it by */
            key: string;
            provenance: components["schemas"]["Provenance"];
        };
        /** @description A road */
        RoadProperties: {
            id: string;
            name: string | null;
            class: components["schemas"]["RoadClass"];
            surface: components["schemas"]["Surface"];
            /** @description Part of it belongs to the main network */
            main: boolean;
        };
        /** @description A river or lake, for the map alone */
        SurfaceWaterProperties: {
            id: string;
            name: string | null;
            /**
             * @description Where records come from
             * @enum {string|null}
             */
            provenance: "real" | "derived" | "simulated" | null;
        };
        /** @description A stretch to build, and who depends on it */
        RoadLinkProperties: {
            id: string;
            surface: components["schemas"]["LinkSurface"];
            /** @description m */
            length_m: number;
            cost: number;
            currency: string;
            villages: string[];
            village_count: number;
            people: number | null;
            /** @description Villages whose people are not known */
            people_unknown: number;
            households: number | null;
            schools: number;
            townships: number;
            /** @description Ids of the roads it runs along */
            roads: string[];
            confidence: components["schemas"]["Confidence"];
            provenance: components["schemas"]["Provenance"];
        };
        /** @description A school */
        SchoolProperties: {
            id: string;
            name: string;
            county: string | null;
            pupils: number | null;
            state: components["schemas"]["RoadState"];
            provenance: components["schemas"]["Provenance"];
        };
        /** @description A township or county seat */
        SeatProperties: {
            id: string;
            name: string;
            /** @enum {string} */
            level: "county" | "township";
            county: string | null;
            /**
             * @description How a place stands to the main network
             * @enum {string|null}
             */
            state: "connected" | "linked" | "cut_off" | "no_road" | "no_data" | null;
            provenance: components["schemas"]["Provenance"];
        };
        /** @description One piece of evidence */
        Evidence: {
            kind: string;
            confidence: components["schemas"]["Confidence"];
            /** @description In its unit */
            value: number | null;
            unit: string;
            text: components["schemas"]["Bilingual"];
            /** @description Ids of the features it was derived from */
            sources: string[];
        };
        /** @description What would close a gap */
        Remedy: {
            kind: string;
            /** @description m to build */
            length_m: number;
            cost: number;
            currency: string;
            /** @description Ids of the links to build, from the village outwards */
            links: string[];
            /** @description Of roads */
            by_surface?: components["schemas"]["BySurface"];
        };
        /** @description Works on a power network, proved by solving it again */
        PowerWorks: {
            /** @enum {string} */
            kind: "new_transformer" | "thicker_conductor" | "larger_transformer" | "larger_and_thicker" | "survey";
            text: components["schemas"]["Bilingual"];
            /** @description Where the first new transformer goes */
            point: [
                number,
                number
            ] | null;
            /** @description kVA, of the first transformer */
            rating_kva: number | null;
            transformers: number;
            /** @description Of new transformers; the line above each is opened */
            buses: string[];
            /** @description kVA */
            ratings_kva: number[];
            lines: string[];
            conductor: string | null;
            /** @description m */
            length_m: number;
            cost: number | null;
            currency: string;
            /** @description Worst voltage with the works in place, share of the nominal */
            after_pu: number | null;
        };
        /** @description Grades of a village's water by criterion */
        Criteria: {
            quality: components["schemas"]["Grade"];
            quantity: components["schemas"]["Grade"];
            convenience: components["schemas"]["Grade"];
            reliability: components["schemas"]["Grade"];
        };
        /** @description A test, beside its limit */
        Exceedance: {
            parameter: string;
            zh: string;
            en: string;
            /** @description In its unit */
            value: number;
            /** @description Below detection: less than the value */
            below: boolean;
            /** @description More than could be counted */
            above: boolean;
            unit: string;
            limit: number;
            /** @description Lowest value allowed */
            low: number | null;
            /** @description How many times the limit; null where nothing at all is allowed */
            factor: number | null;
            exceeds: boolean;
            /** @description Nobody can tell */
            unclear: boolean;
            /** Format: date */
            date: string | null;
        };
        /** @description A gap of any theme. What only some kinds have comes after provenance */
        GapProperties: {
            /** @description theme:kind:code */
            id: string;
            theme: components["schemas"]["Theme"];
            kind: string;
            /** @description Id of the village */
            village: string | null;
            /** @description Name of the village, school, seat, source or device */
            village_name: string;
            town: string | null;
            county: string | null;
            verdict: components["schemas"]["Verdict"];
            /** @description 0 at the threshold, 1 at what the rules call severe */
            severity: number;
            /** @description In the unit */
            measured: number | null;
            /** @description In the unit */
            threshold: number | null;
            unit: string;
            rule: components["schemas"]["Bilingual"];
            confidence: components["schemas"]["Confidence"];
            why: components["schemas"]["Bilingual"];
            evidence: components["schemas"]["Evidence"][];
            people: number | null;
            households: number | null;
            /** @description What would close a gap */
            remedy: {
                kind: string;
                /** @description m to build */
                length_m: number;
                cost: number;
                currency: string;
                /** @description Ids of the links to build, from the village outwards */
                links: string[];
                /** @description Of roads */
                by_surface?: components["schemas"]["BySurface"];
            } | null;
            /** @description Who is in charge */
            department: components["schemas"]["Bilingual"];
            provenance: components["schemas"]["Provenance"];
            /**
             * @description Of roads or broadband
             * @enum {string|null}
             */
            state?: "connected" | "linked" | "cut_off" | "no_road" | "no_data" | "broadband" | "slow" | "none" | "unknown" | null;
            /** @description Evidence speaks against it */
            disagrees?: boolean | null;
            /** @description Id of the school or seat */
            place?: string | null;
            /** @description Id of the neighbour */
            other?: string | null;
            /** @description m between the neighbours */
            straight_m?: number | null;
            /** @description m between them on pavement */
            paved_path_m?: number | null;
            /** @description m if roads of unknown surface were paved */
            path_if_unknown_paved_m?: number | null;
            /** @description Whom it concerns, of a road, device or source */
            villages?: string[] | null;
            /** @description m, of a road or feeder */
            length_m?: number | null;
            /** @description Id of the line that leaves the substation */
            feeder?: string | null;
            /** @description On the feeder */
            transformers?: number | null;
            /** @description Id */
            transformer?: string | null;
            /**
             * @description Likely cause of a low voltage
             * @enum {string|null}
             */
            cause?: "overloaded_transformer" | "long_line" | "thin_conductor" | "unknown" | null;
            /** @description Where the voltage is worst */
            worst_bus?: string | null;
            supply_points?: number | null;
            /** @description Measured and modelled voltage speak against each other */
            evidence_disagrees?: boolean | null;
            /** @description Works on a power network, proved by solving it again */
            works?: {
                /** @enum {string} */
                kind: "new_transformer" | "thicker_conductor" | "larger_transformer" | "larger_and_thicker" | "survey";
                text: components["schemas"]["Bilingual"];
                /** @description Where the first new transformer goes */
                point: [
                    number,
                    number
                ] | null;
                /** @description kVA, of the first transformer */
                rating_kva: number | null;
                transformers: number;
                /** @description Of new transformers; the line above each is opened */
                buses: string[];
                /** @description kVA */
                ratings_kva: number[];
                lines: string[];
                conductor: string | null;
                /** @description m */
                length_m: number;
                cost: number | null;
                currency: string;
                /** @description Worst voltage with the works in place, share of the nominal */
                after_pu: number | null;
            } | null;
            /** @description Id of the water source */
            source?: string | null;
            /** @description What exceeds most */
            parameter?: string | null;
            /** @description How many times its limit; null where nothing at all is allowed */
            factor?: number | null;
            exceedances?: components["schemas"]["Exceedance"][] | null;
            /** @enum {string|null} */
            decided_by?: "quality" | "quantity" | "convenience" | "reliability" | null;
            /**
             * @description How a village's source is known
             * @enum {string|null}
             */
            source_how?: "record" | "area" | "nearest" | null;
            /**
             * @description Rung of the JMP ladder
             * @enum {string|null}
             */
            jmp?: "safely_managed" | "basic" | "limited" | "unimproved" | "surface_water" | null;
            /** @description Grades of a village's water by criterion */
            criteria?: {
                quality: components["schemas"]["Grade"];
                quantity: components["schemas"]["Grade"];
                convenience: components["schemas"]["Grade"];
                reliability: components["schemas"]["Grade"];
            } | null;
            /** @description Straight metres to the nearest access node */
            node_m?: number | null;
            /** @description Share of the village's area that is covered */
            covered_share?: number | null;
            /** @description Class of services */
            class?: string | null;
            /** @description The same words in Chinese and English */
            class_name?: {
                zh: string;
                en: string;
            } | null;
            /** @description Id of the nearest */
            facility?: string | null;
            /** @description min of the way to it */
            minutes?: number | null;
            /** @description m of the way without pavement */
            unpaved_m?: number | null;
            /** @description Projects close it; it is a gap until they are built */
            planned?: boolean | null;
            /** @enum {string|null} */
            status?: "planned" | "open" | null;
            /** @description Those that close it, or build a part of its remedy */
            projects?: string[] | null;
            /** @description By its end it is closed */
            planned_year?: number | null;
            /** @description m of its remedy that projects build */
            planned_m?: number | null;
            /** @description Of that */
            planned_cost?: number | null;
            /** @description Said to be done: to be checked on the ground */
            done_projects?: string[] | null;
        };
        /** @description Touching territories of supply points with low voltage */
        LowVoltageAreaProperties: {
            id: string;
            villages: string[];
            village_count: number;
            people: number | null;
            /** @description Supply points whose people are not known */
            people_unknown: number;
            households: number | null;
            supply_points: number;
            /** @description Share of the nominal voltage */
            worst_pu: number | null;
            limit_pu: number | null;
            confidence: components["schemas"]["Confidence"];
            cause: components["schemas"]["Cause"];
            transformers: string[];
            provenance: components["schemas"]["Provenance"];
            why: components["schemas"]["Bilingual"];
            /** @description Of the worst network */
            remedy: components["schemas"]["PowerWorks"];
            /** @description One for each network */
            remedies: components["schemas"]["PowerWorks"][];
        };
        /** @description A new medium-voltage line that gives a second source */
        TieLineProperties: {
            id: string;
            from: string;
            to: string;
            /** @description m */
            length_m: number;
            people: number;
            households: number;
            people_per_km: number;
            cost: number;
            currency: string;
        };
        /** @description A distribution transformer with its load */
        TransformerProperties: {
            id: string;
            name: string | null;
            /** @description kVA */
            rating_kva: number | null;
            /** @description Letters of a, b, c */
            phases: string;
            /** @description V */
            lv_nominal_v: number;
            village: string | null;
            /** @description Demand over rating */
            loading: number | null;
            /** @description kVA */
            demand_kva: number | null;
            /** @description kVA */
            kva_per_household: number | null;
            households: number | null;
            people: number | null;
            /** @description Share of the nominal voltage */
            worst_pu: number | null;
            supply_points: number;
            /** @description Its network has a load flow */
            solved: boolean;
            /** @description Why it has none */
            problem: {
                zh: string;
                en: string;
            } | null;
            /** @description Medium voltage reaches it; null where there is no such layer */
            hv_reached: boolean | null;
            provenance: components["schemas"]["Provenance"];
        };
        /** @description A load, and everything known of its voltage */
        SupplyPointProperties: {
            id: string;
            name: string | null;
            bus: string | null;
            transformer: string | null;
            village: string | null;
            households: number | null;
            people: number | null;
            /** @description kW */
            p_kw: number | null;
            /** @description Letters of a, b, c */
            phases: string | null;
            single_phase: boolean;
            /** @description Voltage that decides, share of the nominal */
            worst_pu: number | null;
            limit_pu: number;
            modelled_pu: number | null;
            measured_pu: number | null;
            published_pu: number | null;
            /** @description m along the line from its transformer */
            length_m: number | null;
            verdict: components["schemas"]["Verdict"];
            /**
             * @description What a verdict rests on, the strongest first
             * @enum {string|null}
             */
            confidence: "measured" | "computed" | "modelled" | "reported" | "inferred" | null;
            /** @description The voltage is too high */
            over: boolean;
            /** @description Measured and modelled speak against each other */
            disagrees: boolean;
            provenance: components["schemas"]["Provenance"];
        };
        /** @description A power line, and who hangs on it */
        PowerLineProperties: {
            id: string;
            name: string | null;
            /** @description V */
            voltage_v: number | null;
            /** @enum {string|null} */
            level: "low" | "medium" | "high" | null;
            /** @description Letters of a, b, c */
            phases: string | null;
            three_phase: boolean | null;
            conductor: string | null;
            /** @description m */
            length_m: number;
            /** @description Current over ampacity */
            loading: number | null;
            /** @description Id of the line that leaves the substation */
            feeder: string | null;
            /** @description Its loss leaves somebody without supply */
            bridge: boolean | null;
            households_behind: number;
            people_behind: number;
            provenance: components["schemas"]["Provenance"];
        };
        /** @description An electrical node that the atlas lists */
        PowerBusProperties: {
            id: string;
            /** @description V */
            nominal_v: number | null;
            /** @description Share of the nominal voltage */
            published_pu: number | null;
            /** @description The lowest of its phases */
            modelled_pu: number | null;
            /** @description By phase */
            modelled_abc_pu: [
                number | null,
                number | null,
                number | null
            ] | null;
        };
        /** @description A substation */
        SubstationProperties: {
            id: string;
            name: string | null;
            /** @description V */
            voltage_v: number | null;
            /** @description kVA */
            rating_kva: number | null;
            /** @description Feeds the medium-voltage grid */
            is_source: boolean;
            provenance: components["schemas"]["Provenance"];
        };
        /** @description What exceeds most, or what nobody can tell */
        WorstTest: {
            parameter: string;
            zh: string;
            en: string;
            /** @description In its unit */
            value: number;
            unit: string;
            limit: number;
            /** @description How many times the limit; null where nothing at all is allowed */
            factor: number | null;
            /** @description Below detection: less than the value */
            below: boolean;
            /** @description More than could be counted */
            above: boolean;
        };
        /** @description A water source and its tests */
        WaterSourceProperties: {
            id: string;
            name: string | null;
            /**
             * @description Kind of a water source (JMP)
             * @enum {string|null}
             */
            type: "piped" | "borehole" | "protected_well" | "protected_spring" | "rainwater" | "tanker" | "unprotected_well" | "unprotected_spring" | "surface" | null;
            /** @enum {string} */
            functional: "yes" | "partly" | "no" | "abandoned" | "unknown";
            state: components["schemas"]["SourceState"];
            county: string | null;
            /** @description m³ a day */
            yield_m3_d: number | null;
            /** @description m³ a day that nobody uses */
            spare_m3_d: number | null;
            /** @description people, by its record */
            users: number | null;
            /** @description Of its villages */
            people: number | null;
            /** @description Villages whose people are not known */
            people_unknown: number;
            villages: number;
            /** @description m */
            elevation_m: number | null;
            /** @description m */
            depth_m: number | null;
            tests: number;
            /** @description What exceeds most, or what nobody can tell */
            worst: {
                parameter: string;
                zh: string;
                en: string;
                /** @description In its unit */
                value: number;
                unit: string;
                limit: number;
                /** @description How many times the limit; null where nothing at all is allowed */
                factor: number | null;
                /** @description Below detection: less than the value */
                below: boolean;
                /** @description More than could be counted */
                above: boolean;
            } | null;
            /** @description All tests, whether they exceed or not */
            results: components["schemas"]["Exceedance"][];
            /**
             * @description Where records come from
             * @enum {string|null}
             */
            provenance: "real" | "derived" | "simulated" | null;
        };
        /** @description A connection to build */
        WaterLinkProperties: {
            id: string;
            village: string;
            source: string;
            /** @description m */
            distance_m: number;
            /** @description m that water must be lifted */
            climb_m: number;
            people: number | null;
            /** @description m³ a day */
            demand_m3_d: number;
            /** @description Of the village's demand */
            share: number;
            cost: number;
            currency: string;
        };
        /** @description A stretch of fibre to lay */
        FibreLinkProperties: {
            id: string;
            /** @description m */
            length_m: number;
            cost: number;
            currency: string;
            villages: string[];
            village_count: number;
            people: number | null;
            /** @description Else straight from the road to the village */
            along_road: boolean;
        };
        /** @description A place that villages need */
        FacilityProperties: {
            id: string;
            name: string;
            /** @description Class of services */
            class: string;
            county: string | null;
            provenance: components["schemas"]["Provenance"];
        };
        /** @description A fibre access node */
        AccessNodeProperties: {
            id: string;
            name: string | null;
            /** @description Mbit/s */
            mbit_s: number | null;
            /**
             * @description Where records come from
             * @enum {string|null}
             */
            provenance: "real" | "derived" | "simulated" | null;
        };
        /** @description Ground with broadband, or a tile of measured speed */
        CoverageProperties: {
            id: string;
            /** @description Mbit/s */
            mbit_s: number | null;
            /** @description By people; else it is what a provider offers */
            measured: boolean;
            /**
             * @description Where records come from
             * @enum {string|null}
             */
            provenance: "real" | "derived" | "simulated" | null;
        };
        /** @description Fibre that lies */
        FibreLineProperties: {
            id: string;
            name: string | null;
            /**
             * @description Where records come from
             * @enum {string|null}
             */
            provenance: "real" | "derived" | "simulated" | null;
        };
        /** @description The cheapest set of works that reaches a target */
        Cheapest: {
            villages: string[];
            cost: number;
            /** @description How many are still missing after it */
            short: number;
        };
        /** @description An indicator of a place, beside its target and the reference region */
        Figure: {
            key: string;
            name: components["schemas"]["Bilingual"];
            /** @description Whose department is in charge */
            theme: string;
            department: components["schemas"]["Bilingual"];
            /**
             * @description What is counted
             * @enum {string}
             */
            of: "all" | "administrative" | "merged" | "priority" | "schools" | "pairs" | "people" | "sources" | "households";
            yes: number;
            no: number;
            unknown: number;
            /** @description Of those that are known; of kva_per_household the value itself, kVA */
            share: number | null;
            unknown_share: number | null;
            people_yes: number | null;
            people_no: number | null;
            people_unknown: number | null;
            people_share: number | null;
            /** @description The reference region's share */
            reference: number | null;
            difference: number | null;
            people_gap: number | null;
            target: number | null;
            reached: boolean | null;
            /** @description How many are missing */
            missing: number | null;
            /** @description The cheapest set of works that reaches a target */
            cheapest: {
                villages: string[];
                cost: number;
                /** @description How many are still missing after it */
                short: number;
            } | null;
        };
        /** @description A county, a town, or the reference region */
        Card: {
            id: string;
            name: string;
            county: string | null;
            target: boolean;
            villages: number;
            priority_villages: number;
            people: number | null;
            poor_people: number | null;
            figures: components["schemas"]["Figure"][];
        };
        Scorecard: {
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
            title: components["schemas"]["Bilingual"];
            reference: components["schemas"]["Card"];
            counties: components["schemas"]["Card"][];
            towns: components["schemas"]["Card"][];
            currency: string;
        };
        /** @description A theme's part in a need */
        RankPart: {
            theme: components["schemas"]["Theme"];
            verdict: components["schemas"]["Verdict"];
            severity: number | null;
            /** @description Share of the weights that are known for the village */
            weight: number | null;
            /** @description Weight × severity */
            part: number | null;
            gaps: string[];
            /** @description The same words in Chinese and English */
            why: {
                zh: string;
                en: string;
            } | null;
        };
        /** @description A village in a ranking */
        RankRow: {
            /** @description Equal scores share the better one */
            rank: number;
            /** @description 5th and 95th percentile over draws of the weights */
            rank_interval: [
                number,
                number
            ];
            village: string;
            name: string;
            town: string | null;
            county: string | null;
            priority: boolean;
            people: number | null;
            score: number;
            need: number;
            /** @description Share of the weights that is of known themes */
            known_share: number;
            /** @description Of all its remedies */
            cost: number | null;
            /** @description Gaps without a known remedy */
            without_remedy: number;
            parts: components["schemas"]["RankPart"][];
        };
        Ranking: {
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
            /** @enum {string} */
            by: "need" | "people" | "value";
            /**
             * @description Theme of gaps
             * @enum {string|null}
             */
            theme: "roads" | "power" | "water" | "broadband" | "services" | null;
            weights: components["schemas"]["Weights"];
            draws: number;
            currency: string;
            numberMatched: number;
            rows: components["schemas"]["RankRow"][];
            without_need: number;
            unknown: number;
            /** @description Without what the score is made of */
            not_scored: number;
        };
        /** @description A remedy in a ranking */
        RemedyRow: {
            rank: number;
            gap: string;
            theme: components["schemas"]["Theme"];
            kind: string;
            remedy: string;
            village: string | null;
            name: string;
            county: string | null;
            people: number | null;
            severity: number;
            /** @description m */
            length_m: number;
            cost: number;
            score: number;
            why: components["schemas"]["Bilingual"];
        };
        Remedies: {
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
            /** @enum {string} */
            by: "need" | "people" | "value";
            weights: components["schemas"]["Weights"];
            currency: string;
            numberMatched: number;
            rows: components["schemas"]["RemedyRow"][];
        };
        /** @description Another project that builds the same */
        Overlap: {
            project: string;
            /** @description m */
            length_m: number;
            gaps: string[];
            /** @description Paid twice */
            cost: number | null;
        };
        /** @description A project: what it closes and relieves for its money */
        ProjectRow: {
            rank: number | null;
            id: string;
            name: string | null;
            theme: components["schemas"]["Theme"];
            kind: string | null;
            status: components["schemas"]["ProjectStatus"];
            year: number | null;
            cost: number | null;
            /** @description Villages it names */
            named: string[];
            /** @description That it closes */
            gaps: string[];
            /** @description That it closes with others */
            gaps_shared: string[];
            /** @description That it would close if they are any */
            unknown: string[];
            /** @description With those gaps */
            villages: string[];
            people: number | null;
            /** @description People × need */
            relief: number;
            people_per_million: number | null;
            relief_per_million: number | null;
            serves_nobody: boolean;
            /** @description Later than projects of less value */
            bring_forward: boolean;
            /** @description Projects of earlier years and less value */
            outranks: number;
            /** @description m of remedies that it builds */
            remedy_m: number;
            /** @description Of that */
            remedy_cost: number;
            overlaps: components["schemas"]["Overlap"][];
            /** @description Gaps that it should have closed, as it is said to be done */
            still_open: string[];
        };
        /** @description A project */
        ProjectProperties: {
            rank: number | null;
            id: string;
            name: string | null;
            theme: components["schemas"]["Theme"];
            kind: string | null;
            status: components["schemas"]["ProjectStatus"];
            year: number | null;
            cost: number | null;
            /** @description Villages it names */
            named: string[];
            /** @description That it closes */
            gaps: string[];
            /** @description That it closes with others */
            gaps_shared: string[];
            /** @description That it would close if they are any */
            unknown: string[];
            /** @description With those gaps */
            villages: string[];
            people: number | null;
            /** @description People × need */
            relief: number;
            people_per_million: number | null;
            relief_per_million: number | null;
            serves_nobody: boolean;
            /** @description Later than projects of less value */
            bring_forward: boolean;
            /** @description Projects of earlier years and less value */
            outranks: number;
            /** @description m of remedies that it builds */
            remedy_m: number;
            /** @description Of that */
            remedy_cost: number;
            overlaps: components["schemas"]["Overlap"][];
            /** @description Gaps that it should have closed, as it is said to be done */
            still_open: string[];
            provenance: components["schemas"]["Provenance"];
        };
        /** @description Gaps of a theme and those that are planned */
        ProjectTally: {
            projects: number;
            gaps: number;
            planned: number;
            villages: number;
            villages_planned: number;
        };
        Projects: {
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
            currency: string;
            weights: components["schemas"]["Weights"];
            by_theme: {
                [key: string]: components["schemas"]["ProjectTally"];
            };
            numberMatched: number;
            rows: components["schemas"]["ProjectRow"][];
        };
        /** @description A stretch of a plan, in the order of building */
        PlanWorkProperties: {
            id: string;
            order: number;
            /** @description Of roads; of fibre along_road or straight; of water connection; of power the kind of works */
            surface: string;
            /** @description m */
            length_m: number;
            cost: number;
            cost_so_far: number;
            /** @description Connected once it is built */
            villages: string[];
            people: number;
            people_so_far: number;
            roads: string[];
            /** @description Of water */
            source?: string;
            /** @description m³ a day, of water */
            m3_d?: number;
            /** @description That build some of it anyway */
            projects: string[];
            /** @description Of its cost */
            double_financed: number;
        };
        /** @description A village of a plan */
        PlanVillage: {
            id: string;
            name: string;
            people: number | null;
            /** @description Order of the work that connects it; 0 where none is needed */
            after: number;
            /** @description m */
            length_m: number;
            /** @description Of roads */
            by_surface?: components["schemas"]["BySurface"];
        };
        /** @description A point of the curve of money against people */
        PlanPoint: {
            cost: number;
            people: number;
            villages: number;
            /** @description No plan of this cost can do more */
            people_at_most: number | null;
        };
        /** @description Everybody together */
        Everybody: {
            cost: number;
            /** @description Nothing that connects everybody costs less */
            cost_at_least: number;
            /** @description (cost − bound) / cost */
            gap_percent: number;
            /** @description Cost of building in the order of a list */
            one_by_one: number;
            /** @description Cost of separate projects */
            each_alone: number;
            /** @description Of one_by_one */
            saved_percent: number;
            people: number;
            villages: number;
        };
        /** @description A plan of one theme, without its works */
        PlanFigures: {
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
            theme: components["schemas"]["Theme"];
            budget: number | null;
            weighted_by_need: boolean;
            currency: string;
            cost: number;
            villages_connected: number;
            people: number;
            /** @description People, or people × need */
            gain: number;
            /** @description No plan for this budget has more */
            gain_at_most: number;
            /** @description With a gap that some way leads to */
            villages_asked: number;
            villages_without_way: string[];
            /** @description Left out because projects connect them */
            villages_planned: string[];
            /** @description m, of fibre */
            way_at_most_m?: number;
            double_financed: number;
            everybody: components["schemas"]["Everybody"];
            villages: components["schemas"]["PlanVillage"][];
            curve: components["schemas"]["PlanPoint"][];
        };
        /** @description A plan of one theme */
        ThemePlan: {
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
            theme: components["schemas"]["Theme"];
            budget: number | null;
            weighted_by_need: boolean;
            currency: string;
            cost: number;
            villages_connected: number;
            people: number;
            /** @description People, or people × need */
            gain: number;
            /** @description No plan for this budget has more */
            gain_at_most: number;
            /** @description With a gap that some way leads to */
            villages_asked: number;
            villages_without_way: string[];
            /** @description Left out because projects connect them */
            villages_planned: string[];
            /** @description m, of fibre */
            way_at_most_m?: number;
            double_financed: number;
            everybody: components["schemas"]["Everybody"];
            villages: components["schemas"]["PlanVillage"][];
            curve: components["schemas"]["PlanPoint"][];
            works: components["schemas"]["PlanWorkProperties"][];
        };
        /** @description A theme of a village is mended */
        BudgetStep: {
            order: number;
            theme: components["schemas"]["Theme"];
            village: string;
            name: string;
            county: string | null;
            people: number | null;
            /** @description That close */
            gaps: string[];
            /** @description That are built for it now */
            links: string[];
            cost: number;
            cost_so_far: number;
            /** @description People × need */
            relief: number;
            relief_so_far: number;
            /** @description budget, or the floor of a theme or county */
            paid_by: string;
            /** @description That do some of it anyway */
            projects: string[];
            /** @description Of its cost */
            double_financed: number;
        };
        /** @description Sums of a theme */
        Spent: {
            villages: number;
            cost: number;
            relief: number;
        };
        /** @description One budget over all themes */
        BudgetPlan: {
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
            budget: number;
            currency: string;
            weights: components["schemas"]["Weights"];
            cost: number;
            relief: number;
            /** @description If everything with a known remedy were mended */
            relief_of_all: number;
            steps: components["schemas"]["BudgetStep"][];
            by_theme: {
                [key: string]: components["schemas"]["Spent"];
            };
            /** @description By theme */
            without_remedy: {
                [key: string]: number;
            };
            double_financed: number;
            /** @description Gaps left out because projects close them, by theme */
            planned: {
                [key: string]: number;
            };
        };
        /** @description A gap that a scenario closes, opens or changes */
        Change: {
            id: string;
            theme: components["schemas"]["Theme"];
            kind: string;
            village: string | null;
            name: string;
            county: string | null;
            people: number | null;
            /**
             * @description Whether there is a gap
             * @enum {string|null}
             */
            verdict_before: "ok" | "gap" | "unknown" | null;
            /**
             * @description Whether there is a gap
             * @enum {string|null}
             */
            verdict_after: "ok" | "gap" | "unknown" | null;
            severity_before: number | null;
            severity_after: number | null;
            cost_before: number | null;
            cost_after: number | null;
            why: components["schemas"]["Bilingual"];
        };
        /** @description Changes of a theme */
        Tally: {
            closed: number;
            opened: number;
            changed: number;
            villages: number;
            people: number;
            /** @description Villages whose people are not known */
            people_unknown: number;
        };
        IndicatorFigures: {
            yes: number;
            no: number;
            unknown: number;
            share: number | null;
            people_share: number | null;
            missing: number | null;
            reached: boolean | null;
        };
        IndicatorChange: {
            name: components["schemas"]["Bilingual"];
            before: components["schemas"]["IndicatorFigures"];
            after: components["schemas"]["IndicatorFigures"];
        };
        /** @description Indicators of a county or the region that a scenario changes */
        PlaceChange: {
            id: string;
            name: string;
            indicators: {
                [key: string]: components["schemas"]["IndicatorChange"];
            };
        };
        /** @description What a scenario does */
        Outcome: {
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
            edits: number;
            road_cost: number;
            /** @description m of roads built */
            road_m: number;
            currency: string;
            by_theme: {
                [key: string]: components["schemas"]["Tally"];
            };
            closed: components["schemas"]["Change"][];
            opened: components["schemas"]["Change"][];
            changed: components["schemas"]["Change"][];
            scorecard: components["schemas"]["PlaceChange"][];
        };
        /** @description Rural Access Index (SDG 9.1.1) */
        Rai: {
            /** @description Of people near an all-season road */
            share: number | null;
            /** @description If roads of unknown surface were paved */
            share_if_unknown: number | null;
            /** @description Of whom it speaks */
            people: number;
            /** @enum {string} */
            basis: "village_points" | "village_areas" | "village_records" | "population_raster";
        };
        /** @description Villages by verdict */
        VerdictCounts: {
            villages_gap: number;
            villages_unknown: number;
            villages_ok: number;
            /** @description people */
            people_gap: number;
        };
        /** @description Villages by verdict and gaps by kind */
        ThemeCounts: {
            villages_gap: number;
            villages_unknown: number;
            villages_ok: number;
            /** @description people */
            people_gap: number;
            by_kind: {
                [key: string]: number;
            };
        };
        /** @description What happens at another load */
        LoadScenario: {
            load_factor: number;
            supply_points_under: number;
            households_under: number;
            villages_under: number;
            transformers_over: number;
            networks_without_answer: number;
        };
        PowerCounts: {
            villages_gap: number;
            villages_unknown: number;
            villages_ok: number;
            /** @description people */
            people_gap: number;
            by_kind: {
                [key: string]: number;
            };
            disagreements: number;
            /** @description Of low voltage */
            areas: number;
            ties: number;
            transformers: number;
            solved: number;
            not_solved: number;
            networks: number;
            networks_solved: number;
            supply_points: number;
            under_limit: number;
            over_limit: number;
            feeders: number;
            radial_feeders: number;
            islands_without_source: number;
            scenarios: components["schemas"]["LoadScenario"][];
        };
        WaterCounts: {
            villages_gap: number;
            villages_unknown: number;
            villages_ok: number;
            /** @description people */
            people_gap: number;
            by_kind: {
                [key: string]: number;
            };
            /** @description Of the whole region */
            contamination: components["schemas"]["Contamination"][];
            /** @description Limits that sources are held against */
            profile: string;
            sources: number;
            safe: number;
            unsafe: number;
            untested: number;
            unknown: number;
            unimproved: number;
            links: number;
            link_cost: number;
            /** @description Unsafe villages that no safe source can take */
            without_link: number;
        };
        BroadbandCounts: {
            villages_gap: number;
            villages_unknown: number;
            villages_ok: number;
            /** @description people */
            people_gap: number;
            by_kind: {
                [key: string]: number;
            };
            broadband: number;
            slow: number;
            none: number;
            unknown: number;
            disagree: number;
            links: number;
            /** @description m */
            link_m: number;
            link_cost: number;
        };
        /** @description Mean of the reference region, weighted by people */
        ServiceMean: {
            metres: number;
            minutes: number;
            unpaved_m: number;
            villages: number;
            people: number;
        };
        /** @description A class of services with data */
        ServiceClass: {
            key: string;
            name: components["schemas"]["Bilingual"];
            /**
             * @description In the village or near it; a way not much longer than the mean
             * @enum {string}
             */
            asks: "at_hand" | "travel";
            facilities: number;
            /** @description Mean of the reference region, weighted by people */
            mean: {
                metres: number;
                minutes: number;
                unpaved_m: number;
                villages: number;
                people: number;
            } | null;
            /** @description m; beyond it is a gap */
            limit_m: number | null;
            gap: number;
            unknown: number;
            ok: number;
        };
        ServicesCounts: {
            villages_gap: number;
            villages_unknown: number;
            villages_ok: number;
            /** @description people */
            people_gap: number;
            by_kind: {
                [key: string]: number;
            };
            classes: components["schemas"]["ServiceClass"][];
            classes_without_data: string[];
        };
        ProjectCounts: {
            projects: number;
            open: number;
            planned_gaps: number;
            by_theme: {
                [key: string]: components["schemas"]["ProjectTally"];
            };
            serve_nobody: number;
            overlap: number;
            paid_twice: number;
            bring_forward: number;
            done_but_gap_remains: number;
        };
        /** @description Figures; those of themes only where the atlas has data on them */
        Counts: {
            villages: number;
            people: number;
            connected: number;
            linked: number;
            cut_off: number;
            no_road: number;
            no_data: number;
            ok: number;
            gap: number;
            unknown: number;
            people_gap: number;
            people_unknown: number;
            disagreements: number;
            reported_no_paved: number;
            reported_no_all_weather: number;
            links: number;
            /** @description m */
            link_m: number;
            link_cost: number;
            village_links: number;
            village_link_cost: number;
            neighbour_pairs: number;
            neighbour_gaps: number;
            neighbour_unknown: number;
            fragile: number;
            fragile_villages: number;
            schools: number;
            schools_gap: number;
            seats: number;
            seats_gap: number;
            /** @description Gaps of roads by kind */
            kinds: {
                [key: string]: number;
            };
            rai: components["schemas"]["Rai"];
            power?: components["schemas"]["PowerCounts"];
            water?: components["schemas"]["WaterCounts"];
            broadband?: components["schemas"]["BroadbandCounts"];
            services?: components["schemas"]["ServicesCounts"];
            projects?: components["schemas"]["ProjectCounts"];
        };
        /** @description The road network */
        Network: {
            /** @enum {string} */
            anchors: "seats_and_trunk_roads" | "longest_paved" | "nothing";
            noding: string;
            vertices: number;
            edges: number;
            length_m: number;
            main_m: number;
            paved_m: number;
            gravel_m: number;
            earth_m: number;
            unknown_m: number;
            /** @description Of the paved, by class alone */
            inferred_m: number;
            cut_off_pieces: number;
            cut_off_m: number;
        };
        /** @description From where on it is safe, and basically safe */
        Grades: {
            safe: number;
            basic: number;
        };
        /** @description Values of the water rules */
        WaterRules: {
            profile: string;
            /** @description The atlas's own, by parameter */
            limits: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            /** @description Further thresholds, by parameter */
            also_over: {
                [key: string]: number[];
            };
            worst_in_years: number;
            /** @description L a person and day */
            litres: components["schemas"]["Grades"];
            /** @description The same where water is scarce */
            litres_scarce: components["schemas"]["Grades"];
            /** @description min, there and back */
            minutes: components["schemas"]["Grades"];
            /** @description m */
            distance_m: components["schemas"]["Grades"];
            /** @description m */
            climb_m: components["schemas"]["Grades"];
            /** @description Share of days */
            available: components["schemas"]["Grades"];
            /** @enum {string} */
            convenience: "straight" | "roads";
            walk_km_h: number;
            jmp_minutes: number;
            max_source_m: number;
            max_link_m: number;
            litres_per_person: number;
            cost: {
                [key: string]: number;
            };
            severe_factor: number;
            department: components["schemas"]["Bilingual"];
        };
        /** @description Values of the broadband rules */
        BroadbandRules: {
            min_mbit_s: number;
            severe_mbit_s: number;
            max_mbit_s: number;
            broadband_access_m: number;
            max_route_m: number;
            cost_per_km: number;
            department: components["schemas"]["Bilingual"];
        };
        /** @description What is asked of a class of services */
        FacilityClass: {
            zh: string;
            en: string;
            /** @description Straight metres */
            access_m?: number;
            /** @description Held against the reference region's mean */
            travel: boolean;
            /** @description Of a new one */
            cost?: number;
            department?: components["schemas"]["Bilingual"];
        };
        /** @description Values of the rules of services */
        ServicesRules: {
            factor: number;
            severe_factor: number;
            reported_far_m: number;
            classes: {
                [key: string]: components["schemas"]["FacilityClass"];
            };
            department: components["schemas"]["Bilingual"];
        };
        CollectionCount: {
            id: string;
            count: number;
        };
        /** @description Shaded relief of the atlas's heights */
        Relief: {
            /** @description Address of a tile with {z}, {y} and {x}, from the service's own on */
            tiles: string;
            minzoom: number;
            maxzoom: number;
            /** @description West, south, east, north */
            bounds: [
                number,
                number,
                number,
                number
            ];
        };
        Basemap: {
            /** @description Address of a tile with {z}, {x} and {y} */
            tiles: string;
            attribution: string | null;
        };
        /** @description Figures and rules of a run */
        Summary: {
            id: string;
            title: components["schemas"]["Bilingual"];
            provenance: components["schemas"]["Provenance"];
            attribution: string[];
            currency: string;
            data_version: string;
            /** @description Of the program */
            version: string;
            /** @description Values of the rules of roads */
            rules: {
                [key: string]: unknown;
            };
            /** @description null where there are no roads */
            network: {
                /** @enum {string} */
                anchors: "seats_and_trunk_roads" | "longest_paved" | "nothing";
                noding: string;
                vertices: number;
                edges: number;
                length_m: number;
                main_m: number;
                paved_m: number;
                gravel_m: number;
                earth_m: number;
                unknown_m: number;
                /** @description Of the paved, by class alone */
                inferred_m: number;
                cut_off_pieces: number;
                cut_off_m: number;
            } | null;
            counts: components["schemas"]["Counts"];
            rules_power?: {
                [key: string]: unknown;
            };
            rules_water?: components["schemas"]["WaterRules"];
            rules_broadband?: components["schemas"]["BroadbandRules"];
            rules_services?: components["schemas"]["ServicesRules"];
            rules_projects?: {
                [key: string]: unknown;
            };
            /** @description With data, in the order of the page */
            themes: components["schemas"]["Theme"][];
            /** @description West, south, east, north */
            bbox: [
                number,
                number,
                number,
                number
            ] | null;
            collections: components["schemas"]["CollectionCount"][];
            /** @description null where the atlas has no heights */
            relief: {
                /** @description Address of a tile with {z}, {y} and {x}, from the service's own on */
                tiles: string;
                minzoom: number;
                maxzoom: number;
                /** @description West, south, east, north */
                bounds: [
                    number,
                    number,
                    number,
                    number
                ];
            } | null;
            /** @description Pictures of a map from elsewhere, where the operator set some */
            basemap?: components["schemas"]["Basemap"];
        };
        /** @description A theme of all villages */
        VillageTheme: {
            /** @description A letter for each village: g gap, o in order, u unknown */
            verdict: string;
            /** @description Of the worst gap; null where the theme is not known */
            severity: (number | null)[];
        };
        CountyColumns: {
            id: string[];
            name: string[];
            target: boolean[];
        };
        /** @description All villages in columns of equal length */
        Villages: {
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
            count: number;
            id: string[];
            name: string[];
            /** @description Syllables of the name; readings of one character with a stroke between */
            pinyin: (string | null)[];
            town: (string | null)[];
            county: (string | null)[];
            population: (number | null)[];
            priority: boolean[];
            status: string[];
            lon: number[];
            lat: number[];
            themes: {
                [key: string]: components["schemas"]["VillageTheme"];
            };
            counties: components["schemas"]["CountyColumns"];
            weights: components["schemas"]["Weights"];
        };
        /** @description A county with its indicators as columns, of themes with data */
        ScorecardCountyProperties: {
            id: string;
            name: string;
            target: boolean;
            villages: number;
            priority_villages: number;
            people: number | null;
            poor_people: number | null;
            paved_yes?: number;
            paved_no?: number;
            paved_unknown?: number;
            paved_share?: number | null;
            paved_people_share?: number | null;
            paved_reference?: number | null;
            paved_target?: number | null;
            paved_reached?: boolean | null;
            paved_missing?: number | null;
            paved_cheapest_cost?: number | null;
            merged_paved_yes?: number;
            merged_paved_no?: number;
            merged_paved_unknown?: number;
            merged_paved_share?: number | null;
            merged_paved_people_share?: number | null;
            merged_paved_reference?: number | null;
            merged_paved_target?: number | null;
            merged_paved_reached?: boolean | null;
            merged_paved_missing?: number | null;
            merged_paved_cheapest_cost?: number | null;
            schools_paved_yes?: number;
            schools_paved_no?: number;
            schools_paved_unknown?: number;
            schools_paved_share?: number | null;
            schools_paved_people_share?: number | null;
            schools_paved_reference?: number | null;
            schools_paved_target?: number | null;
            schools_paved_reached?: boolean | null;
            schools_paved_missing?: number | null;
            schools_paved_cheapest_cost?: number | null;
            neighbours_paved_yes?: number;
            neighbours_paved_no?: number;
            neighbours_paved_unknown?: number;
            neighbours_paved_share?: number | null;
            neighbours_paved_people_share?: number | null;
            neighbours_paved_reference?: number | null;
            neighbours_paved_target?: number | null;
            neighbours_paved_reached?: boolean | null;
            neighbours_paved_missing?: number | null;
            neighbours_paved_cheapest_cost?: number | null;
            rai_yes?: number;
            rai_no?: number;
            rai_unknown?: number;
            rai_share?: number | null;
            rai_people_share?: number | null;
            rai_reference?: number | null;
            rai_target?: number | null;
            rai_reached?: boolean | null;
            rai_missing?: number | null;
            rai_cheapest_cost?: number | null;
            voltage_yes?: number;
            voltage_no?: number;
            voltage_unknown?: number;
            voltage_share?: number | null;
            voltage_people_share?: number | null;
            voltage_reference?: number | null;
            voltage_target?: number | null;
            voltage_reached?: boolean | null;
            voltage_missing?: number | null;
            voltage_cheapest_cost?: number | null;
            three_phase_yes?: number;
            three_phase_no?: number;
            three_phase_unknown?: number;
            three_phase_share?: number | null;
            three_phase_people_share?: number | null;
            three_phase_reference?: number | null;
            three_phase_target?: number | null;
            three_phase_reached?: boolean | null;
            three_phase_missing?: number | null;
            three_phase_cheapest_cost?: number | null;
            kva_per_household_yes?: number;
            kva_per_household_no?: number;
            kva_per_household_unknown?: number;
            kva_per_household_share?: number | null;
            kva_per_household_people_share?: number | null;
            kva_per_household_reference?: number | null;
            kva_per_household_target?: number | null;
            kva_per_household_reached?: boolean | null;
            kva_per_household_missing?: number | null;
            kva_per_household_cheapest_cost?: number | null;
            safe_water_yes?: number;
            safe_water_no?: number;
            safe_water_unknown?: number;
            safe_water_share?: number | null;
            safe_water_people_share?: number | null;
            safe_water_reference?: number | null;
            safe_water_target?: number | null;
            safe_water_reached?: boolean | null;
            safe_water_missing?: number | null;
            safe_water_cheapest_cost?: number | null;
            tested_sources_yes?: number;
            tested_sources_no?: number;
            tested_sources_unknown?: number;
            tested_sources_share?: number | null;
            tested_sources_people_share?: number | null;
            tested_sources_reference?: number | null;
            tested_sources_target?: number | null;
            tested_sources_reached?: boolean | null;
            tested_sources_missing?: number | null;
            tested_sources_cheapest_cost?: number | null;
            broadband_yes?: number;
            broadband_no?: number;
            broadband_unknown?: number;
            broadband_share?: number | null;
            broadband_people_share?: number | null;
            broadband_reference?: number | null;
            broadband_target?: number | null;
            broadband_reached?: boolean | null;
            broadband_missing?: number | null;
            broadband_cheapest_cost?: number | null;
            station_yes?: number;
            station_no?: number;
            station_unknown?: number;
            station_share?: number | null;
            station_people_share?: number | null;
            station_reference?: number | null;
            station_target?: number | null;
            station_reached?: boolean | null;
            station_missing?: number | null;
            station_cheapest_cost?: number | null;
            services_yes?: number;
            services_no?: number;
            services_unknown?: number;
            services_share?: number | null;
            services_people_share?: number | null;
            services_reference?: number | null;
            services_target?: number | null;
            services_reached?: boolean | null;
            services_missing?: number | null;
            services_cheapest_cost?: number | null;
        };
        Geometry: {
            /** @enum {string} */
            type: "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon";
            coordinates: unknown[];
        } | null;
        Feature: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: {
                [key: string]: unknown;
            };
            links: components["schemas"]["Link"][];
        };
        AnyFeature: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: {
                [key: string]: unknown;
            };
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        AnyFeaturePage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["AnyFeature"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        Village: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["VillageProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        VillagePage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["Village"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        Gap: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["GapProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        GapPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["Gap"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        RoadLink: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["RoadLinkProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        RoadLinkPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["RoadLink"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        County: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["CountyProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        CountyPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["County"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        Town: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["TownProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        TownPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["Town"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        ScorecardCounty: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["ScorecardCountyProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        ScorecardCountyPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["ScorecardCounty"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        LowVoltageArea: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["LowVoltageAreaProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        LowVoltageAreaPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["LowVoltageArea"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        TieLine: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["TieLineProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        TieLinePage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["TieLine"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        Transformer: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["TransformerProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        TransformerPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["Transformer"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        SupplyPoint: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["SupplyPointProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        SupplyPointPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["SupplyPoint"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        PowerLine: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["PowerLineProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        PowerLinePage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["PowerLine"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        PowerBus: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["PowerBusProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        PowerBusPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["PowerBus"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        WaterSource: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["WaterSourceProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        WaterSourcePage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["WaterSource"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        WaterLink: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["WaterLinkProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        WaterLinkPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["WaterLink"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        FibreLink: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["FibreLinkProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        FibreLinkPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["FibreLink"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        Project: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["ProjectProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        ProjectPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["Project"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        PlanWork: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["PlanWorkProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        PlanWorkPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["PlanWork"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        Road: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["RoadProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        RoadPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["Road"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        School: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["SchoolProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        SchoolPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["School"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        Seat: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["SeatProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        SeatPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["Seat"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        Substation: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["SubstationProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        SubstationPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["Substation"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        Facility: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["FacilityProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        FacilityPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["Facility"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        AccessNode: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["AccessNodeProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        AccessNodePage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["AccessNode"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        Coverage: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["CoverageProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        CoveragePage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["Coverage"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        FibreLine: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["FibreLineProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        FibreLinePage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["FibreLine"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        SurfaceWater: {
            /** @enum {string} */
            type: "Feature";
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["SurfaceWaterProperties"];
        };
        /** @description Features, in order; whole unless the parameter properties names some members */
        SurfaceWaterPage: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["SurfaceWater"][];
            numberMatched: number;
            numberReturned: number;
            /** Format: date-time */
            timeStamp: string;
            provenance: components["schemas"]["Provenance"];
            links: components["schemas"]["Link"][];
        };
        ThemePlanWorks: {
            /** @enum {string} */
            type: "FeatureCollection";
            features: components["schemas"]["PlanWork"][];
            atlas: string;
            provenance: components["schemas"]["Provenance"];
            /** @description Changes with data, rules and program */
            data_version: string;
            theme: components["schemas"]["Theme"];
            budget: number | null;
            weighted_by_need: boolean;
            currency: string;
            cost: number;
            villages_connected: number;
            people: number;
            /** @description People, or people × need */
            gain: number;
            /** @description No plan for this budget has more */
            gain_at_most: number;
            /** @description With a gap that some way leads to */
            villages_asked: number;
            villages_without_way: string[];
            /** @description Left out because projects connect them */
            villages_planned: string[];
            /** @description m, of fibre */
            way_at_most_m?: number;
            double_financed: number;
            everybody: components["schemas"]["Everybody"];
            villages: components["schemas"]["PlanVillage"][];
            curve: components["schemas"]["PlanPoint"][];
        };
        TileSets: {
            tilesets: unknown[];
            links: unknown[];
        };
        TileSet: {
            title: string;
            dataType: string;
            crs: string;
            tileMatrixSetURI: string;
            tileMatrixSetLimits: unknown[];
            layers: unknown[];
            boundingBox: {
                [key: string]: unknown;
            };
            links: unknown[];
        };
        TileJson: {
            tilejson: string;
            tiles: unknown[];
            minzoom: number;
            maxzoom: number;
            bounds: unknown[];
            vector_layers: unknown[];
        };
        ReliefTileJson: {
            tilejson: string;
            name: string;
            description: string;
            attribution: string;
            tiles: unknown[];
            minzoom: number;
            maxzoom: number;
            bounds: unknown[];
            /** @description How many times as high as they are heights are drawn */
            exaggeration: number;
        };
        TileMatrixSet: {
            id: string;
            crs: string;
            tileMatrices: unknown[];
        };
        Style: {
            version: number;
            sources: {
                [key: string]: unknown;
            };
            layers: unknown[];
        };
        RunAbout: {
            /** Format: date */
            date: string | null;
            atlas: string;
            title: components["schemas"]["Bilingual"];
            /** @enum {string} */
            provenance: "real" | "derived" | "simulated";
            currency: string;
            data_version: string;
            program: string;
            digest: string;
            villages: number;
            gaps: number;
        };
        GapThen: {
            id: string;
            /** @enum {string} */
            theme: "roads" | "power" | "water" | "broadband" | "services";
            kind: string;
            village: string | null;
            name: string;
            county: string | null;
            /** @enum {string} */
            verdict: "gap" | "unknown";
            severity: number;
            measured: number | null;
            threshold: number | null;
            unit: string;
            why: components["schemas"]["Bilingual"];
            people: number | null;
            remedy: string | null;
            cost: number | null;
            department: components["schemas"]["Bilingual"];
        };
        GapChange: {
            /** @enum {string} */
            class: "closed" | "opened" | "changed" | "still" | "left" | "entered" | "settled" | "doubted";
            id: string;
            /** @enum {string} */
            theme: "roads" | "power" | "water" | "broadband" | "services";
            name: string;
            village: string | null;
            county: string | null;
            people: number | null;
            causes: ("data" | "data_elsewhere" | "rule" | "codes" | "village" | "program" | "unknown")[];
            reason: components["schemas"]["Bilingual"];
            verdict_before: string | null;
            verdict_after: string | null;
            before: {
                id: string;
                /** @enum {string} */
                theme: "roads" | "power" | "water" | "broadband" | "services";
                kind: string;
                village: string | null;
                name: string;
                county: string | null;
                /** @enum {string} */
                verdict: "gap" | "unknown";
                severity: number;
                measured: number | null;
                threshold: number | null;
                unit: string;
                why: components["schemas"]["Bilingual"];
                people: number | null;
                remedy: string | null;
                cost: number | null;
                department: components["schemas"]["Bilingual"];
            } | null;
            after: {
                id: string;
                /** @enum {string} */
                theme: "roads" | "power" | "water" | "broadband" | "services";
                kind: string;
                village: string | null;
                name: string;
                county: string | null;
                /** @enum {string} */
                verdict: "gap" | "unknown";
                severity: number;
                measured: number | null;
                threshold: number | null;
                unit: string;
                why: components["schemas"]["Bilingual"];
                people: number | null;
                remedy: string | null;
                cost: number | null;
                department: components["schemas"]["Bilingual"];
            } | null;
            features?: {
                layer: string;
                id: string;
                /** @enum {string} */
                how: "added" | "removed" | "redrawn" | "restated" | "rewritten";
                near_m: number | null;
            }[];
            codes?: {
                date: string;
                old: string;
                new: string;
                /** @enum {string} */
                kind: "merge" | "split" | "rename" | "recode";
            }[];
            rules?: number[];
            continues?: string[];
        };
        Snapshots: {
            atlas: string;
            data_version: string;
            snapshots: components["schemas"]["RunAbout"][];
        };
        Comparison: {
            from: components["schemas"]["RunAbout"];
            to: components["schemas"]["RunAbout"];
            /** @enum {string} */
            provenance: "real" | "derived" | "simulated";
            rules: {
                part: string;
                rule: string;
                before: unknown;
                after: unknown;
            }[];
            layers: {
                layer: string;
                added: number;
                removed: number;
                changed: number;
            }[];
            villages: {
                left: string[];
                entered: string[];
                codes: {
                    date: string;
                    old: string;
                    new: string;
                    /** @enum {string} */
                    kind: "merge" | "split" | "rename" | "recode";
                }[];
            };
            tallies: {
                county: string | null;
                name: string | null;
                /** @enum {string} */
                theme: "roads" | "power" | "water" | "broadband" | "services";
                before: number;
                after: number;
                closed: number;
                opened: number;
                changed: number;
                still: number;
                left: number;
                entered: number;
                settled: number;
                doubted: number;
            }[];
            scores: {
                /** @enum {string} */
                level: "region" | "county" | "town";
                place: string;
                name: string;
                key: string;
                indicator: components["schemas"]["Bilingual"];
                theme: string;
                share_before: number | null;
                share_after: number | null;
                missing_before: number | null;
                missing_after: number | null;
            }[];
            numberMatched: number;
            changes: components["schemas"]["GapChange"][];
        };
        Changes: {
            /** @enum {string} */
            type: "FeatureCollection";
            name: string;
            /** @enum {string} */
            provenance: "real" | "derived" | "simulated";
            features: components["schemas"]["AnyFeature"][];
        };
        VillageHistory: {
            village: string;
            came_from: string[];
            became: string[];
            /** @enum {string} */
            provenance: "real" | "derived" | "simulated";
            rows: {
                /** Format: date */
                date: string | null;
                id: string;
                name: string;
                population: number | null;
                standing: {
                    roads: {
                        /** @enum {string} */
                        verdict: "ok" | "gap" | "unknown";
                        severity: number | null;
                        confidence: string | null;
                    } | null;
                    power: {
                        /** @enum {string} */
                        verdict: "ok" | "gap" | "unknown";
                        severity: number | null;
                        confidence: string | null;
                    } | null;
                    water: {
                        /** @enum {string} */
                        verdict: "ok" | "gap" | "unknown";
                        severity: number | null;
                        confidence: string | null;
                    } | null;
                    broadband: {
                        /** @enum {string} */
                        verdict: "ok" | "gap" | "unknown";
                        severity: number | null;
                        confidence: string | null;
                    } | null;
                    services: {
                        /** @enum {string} */
                        verdict: "ok" | "gap" | "unknown";
                        severity: number | null;
                        confidence: string | null;
                    } | null;
                };
                gaps: components["schemas"]["GapThen"][];
            }[];
        };
        Report: {
            title: string;
            about: string[];
            foot: string[];
            parts: {
                heading: string;
                head: string[];
                rows: unknown[][];
                note: string | null;
            }[];
        };
        ScorecardHistory: {
            /** @enum {string} */
            provenance: "real" | "derived" | "simulated";
            rows: {
                /** @enum {string} */
                level: "region" | "county" | "town";
                place: string;
                name: string;
                key: string;
                indicator: components["schemas"]["Bilingual"];
                theme: string;
                /** Format: date */
                date: string | null;
                yes: number;
                no: number;
                unknown: number;
                share: number | null;
                target: number | null;
                reached: boolean | null;
                missing: number | null;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
