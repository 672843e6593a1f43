"""Tell the query parameters that say who sent the reader from those that say what is read."""

import re
from urllib.parse import unquote_plus

# Only names that analytics and advertising products own, and session numbers. Words that some site uses to choose the
# article (cid, id, page, keyword, session) stay: one parameter too many makes a duplicate, one too few merges two
# articles.
_PREFIXES = (
    *("utm_", "ga_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "mc_", "oly_", "vero_", "itm_", "stm_", "at_", "gaa_"),
    *("wt.mc", "wt_z", "elqtrack", "aspsessionid"),
)
_NAMES = re.compile(
    r"fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|ysclid|ymclid|twclid|ttclid|rdt_cid|igshid|igsh|srsltid|li_fat_id|epik"
    r"|gclsrc|gad_source|gad_campaignid|fb_action_ids|fb_action_types|fb_ref|fb_source|mibextid|sfnsn|mkt_tok|mkcid|_ga|_gl"
    r"|_ke|_kx|_hsenc|_hsmi|_openstat|_branch_match_id|_bta_tid|_bta_c|__s|__tn__"
    r"|__hssc|__hstc|__hsfp|hsctatracking|__twitter_impression|twgr|ref_src|ref_url|s_kwcid|s_cid|cmp|cmpid|cmp_id"
    r"|icid|intcid|int_cid|int_source|ncid|ocid|smid|smtyp|sref|sara_ref|soc_src|soc_trk|spm|traffic_source|xtor|xtref|yptr"
    r"|echobox|wt_mc|wt_ref|wt_t|ns_campaign|ns_mchannel|ns_source|ns_linkname|ns_fee|guccounter|guce_referrer"
    r"|guce_referrer_sig|amp_js_v|amp_gsa|usqp|rb_clickid|dicbo|wickedid|vgo_ee|recirc|trk|trkinfo|taid|maca|mbid|ftag|ito"
    r"|gidzl|zarsrc|vn_source|vn_medium|vn_campaign|vn_term|feedtype|feedname|virtualbrandchannel|ml_subscriber"
    r"|ml_subscriber_hash|phpsessid|jsessionid"
)
_CHANNEL_NAMES = frozenset({"ref", "src", "source", "from", "via", "partner", "origin", "share", "referrer", "medium"})
_CHANNELS = re.compile(
    r"(?:rss[0-9.]*|feeds?|atom|xml|twitter|twtr|t\.co|facebook|fb|whatsapp|telegram|instagram|linkedin|reddit|e?mail"
    r"|newsletter|home(?:page)?|hp|front(?:page)?|app|social|share|google|gnews|bing|flipboard|push|copy(?:link)?"
    r"|sidebar|related|ticker)(?:[-_.][a-z0-9]{1,16})?"
)


def without_trackers(query: str) -> str:
    """Return a query without its tracking parameters; the others keep their order and spelling.

    A name such as `ref` or `source` counts as tracking only when its value names a channel (`rss`, `twitter`).
    """
    return "&".join(piece for piece in query.split("&") if piece and not _is_tracker(piece))


def _is_tracker(piece: str) -> bool:
    name, _, value = unquote_plus(piece).lower().removeprefix("amp;").partition("=")  # `&amp;` escaped twice
    if name in _CHANNEL_NAMES:
        return _CHANNELS.fullmatch(value) is not None
    return _NAMES.fullmatch(name) is not None or name.startswith(_PREFIXES)
