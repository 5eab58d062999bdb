//! Names that fields and files go by, Chinese and English, most telling first.
//!
//! Names are compared without case, spaces and punctuation (`TOT_POPULA` is `totpopula`); a name cut to the ten
//! characters of a shapefile matches the word it begins.

use crate::atlas::LayerKind;

/// How one of our fields is recognised.
pub(super) struct Words {
    pub field: &'static str,
    /// The whole name, best first.
    pub exact: &'static [&'static str],
    /// Parts of a name, tried after all the whole ones.
    pub part: &'static [&'static str],
    /// Parts that rule a name out.
    pub not: &'static [&'static str],
}

const fn words(
    field: &'static str,
    exact: &'static [&'static str],
    part: &'static [&'static str],
    not: &'static [&'static str],
) -> Words {
    Words { field, exact, part, not }
}

const VILLAGE: &[Words] = &[
    words(
        "id",
        &[
            "村代码",
            "村编码",
            "行政村代码",
            "行政村编码",
            "建制村代码",
            "统计用区划代码",
            "行政区划代码",
            "区划代码",
            "行政代码",
            "代码",
            "编码",
            "newcd2011",
            "vlgcd2011",
            "villagecode",
            "villcode",
            "vcode",
            "vilcode",
            "habid",
            "habcode",
            "habitationid",
            "villageid",
            "vid",
            "xzqdm",
            "xjqydm",
            "zldwdm",
            "lgdcode",
            "pcode",
            "adm4pcode",
            "admin4pcod",
            "code",
            "clusterid",
            "osmid",
            "id",
            "objectid",
            "fid",
            "gid",
        ],
        &["村代码", "村编码", "区划代码", "villagecode", "vlgcd", "villcd"],
        &["乡", "县", "town", "county", "district"],
    ),
    words(
        "name",
        &[
            "村名",
            "村名称",
            "行政村",
            "行政村名",
            "行政村名称",
            "建制村",
            "建制村名称",
            "自然村",
            "自然村名称",
            "村",
            "villname",
            "villagename",
            "vname",
            "vilname",
            "habname",
            "habitationname",
            "xzqmc",
            "zldwmc",
            "名称",
            "namezh",
            "name",
            "settlement",
            "place",
        ],
        &["村名", "villname", "villagename", "habname"],
        &["code", "代码"],
    ),
    words(
        "town",
        &[
            "乡镇",
            "乡镇名",
            "乡镇名称",
            "乡镇街道",
            "所属乡镇",
            "乡",
            "镇",
            "town",
            "township",
            "townname",
            "townshipname",
            "ipname",
            "subdistrictname",
            "cdblockname",
            "blockname",
            "block",
        ],
        &["乡镇", "township"],
        &["代码", "编码", "code", "距", "dist"],
    ),
    words(
        "county",
        &[
            "县代码",
            "区县代码",
            "countycode",
            "countyid",
            "县",
            "县名",
            "县名称",
            "区县",
            "区县名称",
            "县区",
            "县市区",
            "所属县",
            "county",
            "countyname",
            "districtcode",
            "districtid",
            "dtcensus",
            "district",
            "districtname",
            "dtname",
        ],
        &[],
        &[],
    ),
    words(
        "population",
        &[
            "总人口",
            "人口",
            "人口数",
            "总人口数",
            "常住人口",
            "户籍人口",
            "population",
            "totalpopulationofvillage",
            "totalpopulation",
            "totpopulation",
            "totpopula",
            "totalpop",
            "totpop",
            "totp",
            "pop",
            "popul",
            "people",
        ],
        &["总人口", "人口"],
        &["贫困", "建档", "户", "male", "比", "率", "密度"],
    ),
    words(
        "households",
        &["总户数", "户数", "households", "totalhouseholds", "household", "hh", "nohh", "tothh", "numhh"],
        &["总户数", "户数"],
        &["贫困", "建档"],
    ),
    words(
        "poor_population",
        &["贫困人口", "建档立卡人口", "建档立卡贫困人口", "贫困人口数", "poorpopulation", "poor"],
        &["贫困人口", "建档立卡人"],
        &["户"],
    ),
    words("priority", &["深度贫困村", "是否深度贫困村", "深度贫困", "重点村", "priority"], &["深度贫困"], &[]),
    words(
        "status",
        &["村类型", "村庄类型", "村类别", "类型", "类别", "status", "villagetype", "place"],
        &["村类"],
        &[],
    ),
    words(
        "paved",
        &["通硬化路", "是否通硬化路", "硬化路", "通畅", "是否通畅", "paved", "pavedroad", "blacktoppedpuccaroad"],
        &["通硬化路", "blacktopped"],
        &["率", "里程", "长度"],
    ),
    words(
        "all_weather",
        &["通公路", "是否通公路", "全天候", "allweather", "allweatherroad"],
        &["allweather", "全天候"],
        &["率", "里程", "长度"],
    ),
];

const NAMED: &[Words] = &[
    words(
        "id",
        &[
            "代码",
            "编码",
            "code",
            "facilityid",
            "facilityi",
            "schoolid",
            "schoolcode",
            "学校代码",
            "学校编码",
            "osmid",
            "id",
            "objectid",
            "fid",
            "gid",
        ],
        &["代码", "编码", "code"],
        &[],
    ),
    words(
        "name",
        &[
            "学校名称",
            "学校",
            "名称",
            "村名",
            "乡镇",
            "乡镇名称",
            "schoolname",
            "namezh",
            "name",
            "facdesc",
            "facilityname",
        ],
        &["名称", "name"],
        &["县", "county", "district"],
    ),
    words(
        "county",
        &["县代码", "区县代码", "countycode", "县", "区县", "所属县", "county", "countyname", "district"],
        &[],
        &[],
    ),
    words(
        "pupils",
        &["学生数", "学生人数", "在校生", "在校生数", "pupils", "students", "enrolment", "enrollment"],
        &[],
        &[],
    ),
    words("level", &["级别", "行政级别", "等级", "类型", "level", "adminlevel", "type", "place"], &["级别"], &[]),
    words("people", &["人口", "人数", "people", "population", "pop"], &[], &[]),
];

const COUNTY: &[Words] = &[
    words(
        "id",
        &[
            "县代码",
            "区县代码",
            "行政区划代码",
            "区划代码",
            "行政代码",
            "代码",
            "编码",
            "adcode",
            "countycode",
            "countyid",
            "blockid",
            "blockcode",
            "districtcode",
            "districtid",
            "xzqdm",
            "pcode",
            "adm2pcode",
            "adm3pcode",
            "code",
            "osmid",
            "id",
            "objectid",
            "fid",
            "gid",
        ],
        &["代码", "code"],
        &[],
    ),
    words(
        "name",
        &[
            "县",
            "县名",
            "县名称",
            "区县",
            "区县名称",
            "县市区",
            "名称",
            "countyname",
            "county",
            "blockname",
            "block",
            "districtname",
            "district",
            "dtname",
            "xzqmc",
            "namezh",
            "name",
        ],
        &["名称"],
        &["代码", "code"],
    ),
    words("target", &["target", "目标县", "贫困县", "重点县", "是否贫困县", "是否重点县"], &["贫困县", "重点县"], &[]),
];

const ROAD: &[Words] = &[
    words(
        "id",
        &[
            "路线编码",
            "路线代码",
            "道路编码",
            "路线编号",
            "编码",
            "代码",
            "编号",
            "roadid",
            "erid",
            "roadcode",
            "osmid",
            "osmwayid",
            "id",
            "objectid",
            "fid",
            "gid",
        ],
        &["路线编码", "道路编码"],
        &[],
    ),
    words(
        "name",
        &["道路名称", "路线名称", "路名", "道路名", "名称", "roadname", "streetname", "namezh", "name", "workname"],
        &["路名", "路线名称"],
        &[],
    ),
    words(
        "class",
        &[
            "行政等级",
            "道路等级",
            "公路等级",
            "路线等级",
            "道路类型",
            "道路类别",
            "highway",
            "fclass",
            "roadclass",
            "roadcategory",
            "roadcatego",
            "taghighway",
            "ntlclass",
            "等级",
            "技术等级",
            "class",
            "category",
            "type",
            "类型",
            "roadtype",
        ],
        &["行政等级", "highway", "roadclass"],
        &["路面"],
    ),
    words(
        "surface",
        &[
            "路面类型",
            "路面材料",
            "路面材质",
            "面层类型",
            "路面",
            "surface",
            "surfacetype",
            "surftype",
            "srftype",
            "srftpe",
            "tagsurface",
            "pavement",
            "pavementtype",
            "material",
            "材质",
        ],
        &["路面", "surface"],
        &["宽", "width", "厚", "cond", "状况"],
    ),
    words("tracktype", &["tracktype"], &["tracktype"], &[]),
    words("smoothness", &["smoothness"], &["smoothness"], &[]),
    words("bridge", &["bridge", "是否桥梁", "桥梁"], &[], &[]),
    words("tunnel", &["tunnel", "是否隧道", "隧道"], &[], &[]),
    words("access", &["access", "tagaccess"], &[], &[]),
    words("motor_vehicle", &["motorvehicle"], &[], &[]),
];

/// The county that a town or village is in.
const IN_COUNTY: Words = words("county", &["县代码", "countycode", "县", "区县", "county", "countyname"], &[], &[]);

const REGISTER: &[Words] = &[
    words(
        "id",
        &["村代码", "统计用区划代码", "区划代码", "代码", "code", "villagecode", "id"],
        &["村代码"],
        &["乡", "县", "town", "county"],
    ),
    words("name", &["村名", "村名称", "行政村", "名称", "name", "villagename"], &["村名"], &[]),
    words("town", &["乡镇", "乡镇名称", "乡镇街道", "town", "township", "townname"], &[], &[]),
    IN_COUNTY,
];

const PROJECT: &[Words] = &[
    words(
        "id",
        &["项目编号", "项目代码", "编号", "编码", "projectid", "projectcode", "code", "id", "fid"],
        &["项目编"],
        &[],
    ),
    words("name", &["项目名称", "工程名称", "名称", "projectname", "name", "title"], &["项目名", "工程名"], &[]),
    words("theme", &["专题", "行业", "项目类别", "项目类型", "类别", "类型", "theme", "sector"], &["类别"], &[]),
    words("kind", &["建设内容", "工程类型", "建设性质", "kind", "works"], &["建设内容"], &[]),
    words("status", &["状态", "项目状态", "进展", "建设状态", "status", "stage"], &["状态"], &[]),
    words("year", &["年度", "年份", "计划年度", "实施年度", "建设年度", "year", "planyear"], &["年度", "年份"], &[]),
    words("cost", &["投资", "总投资", "投资额", "造价", "概算", "cost", "budget", "investment"], &["投资"], &["完成"]),
    words("village", &["村代码", "受益村", "涉及村", "所在村", "villagecode", "villages", "village"], &["村代码"], &[]),
];

const TOWN: &[Words] = &[
    words(
        "id",
        &["乡镇代码", "统计用区划代码", "区划代码", "代码", "编码", "towncode", "code", "id"],
        &["乡镇代码"],
        &["村", "县", "county"],
    ),
    words(
        "name",
        &["乡镇名称", "乡镇", "乡镇名", "名称", "townname", "township", "town", "name"],
        &["乡镇名"],
        &["村", "县"],
    ),
    IN_COUNTY,
];

/// The words for the fields of a layer.
pub(super) fn of(kind: LayerKind) -> &'static [Words] {
    match kind {
        LayerKind::Villages | LayerKind::VillageRecords => VILLAGE,
        LayerKind::Counties => COUNTY,
        LayerKind::Towns => TOWN,
        LayerKind::Roads => ROAD,
        LayerKind::Register => REGISTER,
        LayerKind::Projects => PROJECT,
        LayerKind::VillageSeats | LayerKind::Dwellings | LayerKind::Seats | LayerKind::Schools => NAMED,
        _ => &[],
    }
}

/// A name without case, spaces and punctuation.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How well `name` (ours: how the field is called in the file) fits: lower is better, `None` not at all.
pub(super) fn fit(words: &Words, name: &str) -> Option<usize> {
    let p = plain(name);
    if p.is_empty() {
        return None;
    }
    // Shapefiles cut names to ten bytes.
    let cut = name.len() == 10;
    let whole = words.exact.iter().position(|w| *w == p || (cut && w.starts_with(&p)));
    if whole.is_some() {
        return whole;
    }
    if words.not.iter().any(|w| p.contains(w)) {
        return None;
    }
    words.part.iter().position(|w| p.contains(w)).map(|i| 1000 + i)
}
