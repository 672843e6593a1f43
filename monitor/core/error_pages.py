"""The words by which error pages, bot walls and empty shells are known, in the archive's languages and neighbours."""

import re

# What sites call a missing page.
_MISSING = (
    r"page (?:was |could not be |cannot be )?not found",
    r"page (?:cannot|can't|could not) be found",
    r"page (?:does(?:n't| not) exist|no longer (?:exists|available))",
    r"page you (?:are looking for|were looking for|requested|tried to reach) .{0,20}(?:not be found|not exist|gone)",
    r"(?:article|content) not (?:found|available)",
    r"we can(?:'t|not) find (?:the|that) page",
    r"page (?:introuvable|non trouvée|inexistante)",
    r"page (?:que vous (?:cherchez|recherchez)|demandée) (?:est introuvable|n['’](?:existe|a pas))",
    r"(?:cette|la) page n['’]existe (?:pas|plus)",
    r"(?:article|contenu) introuvable",
    r"página (?:no (?:encontrada|existe|disponible)|que (?:busca|buscas|solicita) no existe)",
    r"no se (?:ha )?(?:encontró|encontrado) la página",
    r"contenido no (?:encontrado|disponible)",
    r"página não (?:encontrada|existe)",
    r"conteúdo não encontrado",
    r"pagina non trovata",
    r"pagina niet gevonden",
    r"paĝo ne trovita",
    r"seite (?:wurde |konnte )?nicht gefunden",
    r"sayfa bulunamadı",
    r"الصفحة (?:المطلوبة )?غير موجودة",
    r"الصفحة التي .{0,40}غير موجودة",
    r"لم يتم العثور على الصفحة",
    r"(?:المقال|المحتوى) غير موجود",
    r"صفحه (?:مورد نظر )?(?:پیدا|یافت) نشد",
    r"صفحہ (?:نہیں (?:ملا|مل سکا)|موجود نہیں|دستیاب نہیں)|(?:آپ )?جو صفحہ .{0,40}نہیں ملا",
    r"halaman (?:yang anda cari )?tidak (?:ditemukan|ada|tersedia)",
    r"artikel tidak ditemukan",
    r"laman tidak dijumpai",
    r"страница не (?:найдена|существует)",
    r"материал не найден",
    r"такой страницы (?:нет|не существует)",
    r"(?:запрашиваемая|запрошенная) (?:вами )?страница не найдена",
    r"không tìm thấy (?:trang|nội dung|bài viết)|ไม่พบหน้าที่",
    r"trang (?:này |bạn (?:tìm|yêu cầu) )?không tồn tại",
    r"bài viết không tồn tại",
    r"(?:访问的)?页面不存在|找不到(?:该)?页面|頁面不存在",
    r"ページが見つかりません",
    r"페이지를 찾을 수 없습니다",
)
_ERROR = "error|erreur|fehler|erro|errore|خطأ|خطا|ошибка|lỗi|kesalahan|hata|错误"
MISSING_PAGE = re.compile("|".join(_MISSING), re.IGNORECASE)

# A title that is an error code: alone, beside the word error, or before a dash. "404 migrants rescued" is news.
ERROR_CODE = re.compile(
    rf"^(?:(?:{_ERROR}|http)[\s:]*40[34]\b"
    rf"|40[34][\s:]*(?:{_ERROR}|not found|page\b)"
    r"|40[34]\s*(?:[-–—|:!.](?!\d)|$)"
    r"|(?:not found|introuvable|no encontrado|غير موجود|tidak ditemukan|не найдено|không tìm thấy)$)",
    re.IGNORECASE,
)

# How the titles of challenge and refusal pages begin.
_WALLS = (
    r"just a moment",
    r"un momento\b",
    r"un instant\b",
    r"attention required!",
    r"access (?:to this page has been )?denied",
    r"access forbidden",
    r"accès refusé",
    r"acc?eso denegado",
    r"acesso negado",
    r"akses ditolak",
    r"truy cập bị từ chối",
    r"تم رفض الوصول|الوصول مرفوض",
    r"доступ (?:ограничен|запрещ[её]н)",
    r"(?:403 )?forbidden$",
    r"request (?:rejected|blocked)",
    r"security check",
    r"(?:sorry, )?you have been blocked",
    r"are you (?:a )?(?:human|robot)",
    r"robot (?:check|challenge)",
    r"human verification",
    r"verify(?:ing)? (?:that )?you are",
    r"checking your browser",
    r"проверка браузера|вы не робот",
    r"ddos-guard",
    r"please wait",
    r"请稍候|安全验证",
    r"pardon our interruption",
    r"sucuri website firewall",
)
WALL_TITLE = re.compile(f"(?:{'|'.join(_WALLS)})", re.IGNORECASE)

# What the text of such a page says.
_SAYINGS = (
    r"enable javascript and cookies to continue",
    r"checking your browser before accessing",
    r"checking if the site connection is secure",
    r"you don't have permission to access",
    r"reference #\s?[0-9a-f]+\.[0-9a-f]+\.",
    r"\bray id:",
    r"\bincident id:",
    r"\bsupport id is:",
    r"unusual (?:traffic|activity) from your",
    r"verify (?:that )?you are (?:a )?human",
    r"complete the (?:security check|captcha)",
    r"подтвердите, что (?:вы|запросы)",
)
WALL_TEXT = re.compile("|".join(_SAYINGS), re.IGNORECASE)

# Found in the source of challenge pages. Some stand in ordinary pages of the same networks too.
CHALLENGE_MARKS = (
    "_cf_chl_opt",
    "cf-browser-verification",
    "cf-error-details",
    "captcha-delivery.com",
    "px-captcha",
    "_incapsula_resource",
    "awswafintegration",
    "gokuprops",
    "errors.edgesuite.net",
    "sgcaptcha",
    "ddos-guard.net",
    "smartcaptcha",
)

# A shell that shows nothing without its scripts, or not to a reader who blocks advertisements.
NO_ARTICLE = re.compile(
    r"(?:enable|activate|turn on) javascript|javascript (?:is )?(?:required|disabled)|activer javascript"
    r"|(?:active|habilite|habilitar|ative) (?:o )?javascript|aktifkan javascript|включите javascript|bật javascript"
    r"|تفعيل (?:جافا ?سكريبت|javascript)"
    r"|(?:disable|turn off|pause) (?:your )?ad ?-?blocker|désactive[rz] votre bloqueur"
    r"|desactiv[ae] (?:su|tu) bloqueador"
    r"|nonaktifkan (?:ad ?block|pemblokir iklan)|отключите блокировщик|tắt (?:trình )?chặn quảng cáo",
    re.IGNORECASE,
)

# A server that is being looked after, and says so under status 200.
NO_PAGE_NOW = re.compile(
    r"(?:site|website|page|service) is (?:currently |temporarily )?(?:down for|under(?:going)?|undergoing) maintenance"
    r"|(?:we'll|we will) be (?:right )?back (?:soon|shortly)|temporarily unavailable|too many requests"
    r"|site (?:est )?(?:actuellement )?en (?:cours de )?maintenance|service (?:temporairement )?indisponible"
    r"|sitio (?:está )?en mantenimiento|situs (?:ini )?sedang (?:dalam )?(?:pemeliharaan|perbaikan)"
    r"|сайт (?:временно недоступен|на (?:техническом обслуживании|реконструкции))|технические работы"
    r"|(?:trang web|website) đang (?:được )?bảo trì|الموقع (?:تحت|قيد) الصيانة|seite wird (?:gerade )?gewartet",
    re.IGNORECASE,
)

# All that is left of an article; a longer notice, with its reasons, is a text of its own.
WITHDRAWN = re.compile(
    r"this (?:article|story|page|post|content) is no longer available"
    r"|this (?:article|story|page|post|content) (?:has been|was) (?:removed|deleted|withdrawn)"
    r"|(?:cet article|ce contenu|cette page) (?:n['’]est plus disponible|a été (?:supprimée?|retirée?))"
    r"|(?:este artículo|esta (?:noticia|nota|página)|este contenido) (?:ya no está disponible|ha sido eliminad[oa])"
    r"|(?:este artículo|esta (?:noticia|nota|página)|este contenido) fue eliminad[oa]"
    r"|(?:este artigo|esta (?:notícia|página)|este conteúdo) (?:não está mais disponível|foi (?:removid|excluíd)[oa])"
    r"|(?:artikel|berita|konten) ini (?:sudah tidak tersedia|telah dihapus)"
    r"|(?:dieser|der) artikel (?:ist nicht mehr|wurde gelöscht)"
    r"|(?:эта )?(?:статья|публикация|материал|новость) (?:больше не доступ|был[аи]? удал[её]н|удал[её]н)\w*"
    r"|(?:bài viết|nội dung|tin) (?:này )?(?:không còn (?:tồn tại|khả dụng)|đã bị (?:xóa|gỡ))"
    r"|(?:هذا المقال|هذا الخبر|هذا المحتوى) (?:لم يعد متاحا|غير متوفر|محذوف)|تم حذف (?:هذا )?(?:المقال|الخبر|المحتوى)"
    r"|یہ (?:مضمون|خبر|تحریر) (?:اب دستیاب نہیں|حذف کر د)",
    re.IGNORECASE,
)
