"""The words by which pages ask for money, a login or consent before they show the article, in the archive's languages.

Every pattern is matched at the start of a sentence (`re.match`, case ignored): "Subscribe to continue reading." is a
wall, "Readers are asked to subscribe to continue reading, the publisher said." is news.
"""

import re


def _starts(*patterns: str) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(patterns) + ")", re.IGNORECASE)


_READ_ON = r"(?:continue|keep|finish|go on|resume) (?:reading|with)|read (?:on|more|the (?:full|rest|whole|entire))"
PAYWALL = _starts(
    # English
    rf"(?:please )?(?:subscribe|sign up|sign in|log in|register|join|pay)\b.{{0,40}}\b(?:to|and) (?:{_READ_ON})",
    rf"(?:want )?to (?:{_READ_ON})\b.{{0,40}}(?:subscri|sign|log in|register|account|member|join)",
    r"(?:please )?subscribe\b.{0,40}\bto (?:unlock|access|view|see|read) (?:this|the|our|all|unlimited)",
    r"(?:continue|keep) reading (?:with|by|for)\b.{0,40}(?:subscri|trial|member|account|€|\$|£)",
    r"this (?:article|story|content|page|post|report|analysis)(?: is|'s)\b.{0,30}\b(?:only |exclusive(?:ly)? |reserved"
    r" )?(?:available )?(?:for|to) .{0,30}(?:subscribers|members|registered)",
    r"(?:for )?(?:subscribers|members) only\b",
    r"(?:exclusive(?:ly)?|reserved) (?:for|to) (?:our )?(?:subscribers|members)",
    r"already a (?:subscriber|member)\b|already (?:subscribed|have (?:an account|a subscription))",
    r"(?:you have|you've) (?:reached|read|used|run out of)\b.{0,40}\b(?:free|limit|articles|stories)",
    r"unlock (?:this|the (?:full|rest))|the rest of this (?:article|story) is",
    # French
    r"(?:(?:cet|l['’]) ?article|ce contenu|la suite(?: de (?:cet|l['’]) ?article)?|la lecture|cette lecture) .{0,30}"
    r"réservée?s? (?:à nos |aux )",
    r"(?:article |contenu |suite |lecture )?réservée? (?:à nos |aux )abonnés",
    r"(?:abonnez|inscrivez|connectez|identifiez)[- ]vous\b.{0,40}\bpour (?:lire|continuer|poursuivre|accéder)",
    r"pour (?:lire la suite|continuer|poursuivre)\b.{0,40}(?:abonn|connect|inscri)",
    r"il vous reste \d.{0,40}à (?:lire|découvrir)|déjà abonnée?",
    # Spanish
    r"(?:este|esta) (?:artículo|contenido|noticia|nota) es .{0,30}para .{0,20}(?:suscriptor|socio|abonado|registrad)",
    r"(?:contenido |artículo |noticia )?(?:exclusiv[oa]|solo|sólo) para (?:nuestros )?(?:suscriptores|socios|abonados)",
    r"(?:suscríb[ae](?:te|se)|regístr[ae](?:te|se)|inici[ae] sesión)\b.{0,40}\bpara (?:seguir|continuar|leer|acceder)",
    r"para (?:seguir|continuar) leyendo\b.{0,40}(?:suscr|regis|sesión)|¿?ya (?:eres|es) (?:suscriptor|socio)",
    # Portuguese
    r"(?:este|esta) (?:artigo|conteúdo|matéria|notícia|reportagem) é .{0,30}assinantes",
    r"(?:conteúdo |artigo |matéria )?exclusiv[oa] para assinantes",
    r"(?:assine|cadastre-se|faça login)\b.{0,40}\bpara (?:continuar|ler|acessar)|já é assinante",
    r"para continuar (?:lendo|a ler)\b.{0,40}(?:assin|login|cadastr)",
    # German
    r"(?:dieser|der) (?:artikel|inhalt|text|beitrag) ist\b.{0,30}(?:abonnent|registrierte|mitglied|plus)",
    r"(?:nur|exklusiv) für (?:abonnent|mitglieder|registrierte)|um weiterzulesen",
    r"(?:jetzt )?weiterlesen mit\b|(?:jetzt )?(?:abonnieren|registrieren|anmelden)\b.{0,30}(?:weiter|lesen)",
    r"(?:sie sind )?(?:bereits|schon) (?:abonnent|registriert|kunde)",
    # Indonesian
    r"(?:artikel|konten|berita) ini\b.{0,20}(?:khusus|eksklusif|hanya)\b.{0,20}(?:pelanggan|anggota|member)",
    r"(?:khusus|hanya) untuk (?:pelanggan|anggota)",
    r"(?:silakan )?(?:berlangganan|daftar|masuk|login)\b.{0,30}\buntuk (?:melanjutkan|lanjut|membaca|terus)",
    r"untuk melanjutkan membaca|sudah (?:berlangganan|punya akun)",
    # Russian
    r"(?:эта |этот )?(?:статья|материал|текст|публикация) (?:доступ|только)\w*\b.{0,20}подпис",
    r"(?:только )?для подписчиков|только по подписке",
    r"(?:оформите|купите|оплатите) подписку|(?:подпишитесь|войдите|зарегистрируйтесь), чтобы (?:читать|продолжить|до)",
    r"чтобы (?:продолжить чтение|читать дальше|дочитать|прочитать (?:полностью|целиком))",
    r"уже (?:подписаны|подписчик|есть подписка)|у вас (?:уже )?есть подписка",
    # Vietnamese
    r"(?:bài viết|nội dung|bài báo) (?:này )?(?:chỉ )?dành (?:riêng )?cho",
    r"(?:hãy |vui lòng )?(?:đăng ký|đăng nhập|mua gói)\b.{0,30}\bđể (?:đọc|tiếp tục|xem)",
    r"để (?:đọc tiếp|tiếp tục đọc|đọc toàn bộ)|(?:bạn )?đã là (?:thuê bao|hội viên|thành viên)",
    # Arabic
    r"هذا (?:المقال|المحتوى|التقرير|الخبر) .{0,20}للمشتركين|(?:حصري |متاح )?للمشتركين فقط",
    r"(?:يرجى )?(?:اشترك|الاشتراك|سجل|سجّل|تسجيل الدخول)\b.{0,20}(?:لمتابعة|لمواصلة|لإكمال|لاستكمال|لقراءة)",
    r"(?:لمتابعة|لمواصلة|لإكمال|لاستكمال) (?:ال)?قراءة|لقراءة (?:بقية|باقي|كامل) (?:المقال|الخبر|النص)",
    r"هل أنت مشترك|مشترك بالفعل",
    # Urdu
    r"یہ (?:مضمون|مواد|تحریر|خبر) صرف .{0,20}(?:سبسکرائبر|صارفین|اراکین|خریدار)|صرف (?:سبسکرائبرز|اراکین) کے لیے",
    r"(?:مزید |مکمل |پوری )?(?:خبر |مضمون )?(?:پڑھنے|پڑھنا جاری رکھنے|مطالعہ جاری رکھنے) کے لی[ےئ]"
    r".{0,20}(?:سبسکرائب|لاگ ان|رجسٹر|رکنیت)",
    r"پہلے سے (?:سبسکرائبر|رکن)",
    # Chinese, Japanese, Thai
    r"本文仅供|(?:请)?(?:订阅|登录|登入|訂閱|付费)后?.{0,6}(?:继续)?阅读|会员专享|已经订阅",
    r"この記事は.{0,6}会員(?:限定|登録)|続きを読むには",
    r"บทความนี้สำหรับสมาชิก|สมัครสมาชิกเพื่อ(?:อ่าน)?",
)

# Titles of pages that ask for a login, whole: beside them stands at most the outlet's name.
LOGIN_TITLE = re.compile(
    r"(?:(?:please )?(?:log ?in|sign ?in|sign up|register|login required|member login|subscriber login"
    r"|log in or register)"
    r"(?: to (?:your account|continue))?|connexion|se connecter|connectez-vous|identifiez-vous|identification"
    r"|inici(?:ar|e|a) (?:de )?sesión|acceso(?: usuarios)?|ingresar|entrar|login|fazer login|acessar|iniciar sessão"
    r"|anmelden|anmeldung|einloggen|masuk|masuk akun|войти|вход|авторизация|вход в личный кабинет|đăng nhập"
    r"|تسجيل الدخول|دخول|سجل الدخول|لاگ ان|سائن ان|登录|登入|ログイン|로그인|เข้าสู่ระบบ)",
    re.IGNORECASE,
)
# What such pages say: fields, forgotten passwords, accounts.
LOGIN_TEXT = re.compile(
    r"forgot(?:ten)? (?:your )?password|reset (?:your )?password|(?:your|my) account to continue"
    r"|(?:log|sign) in to (?:your account|continue)|(?:no|don't have an|need an) account(?: yet)?\?"
    r"|stay (?:signed|logged) in"
    r"|mot de passe oublié|à votre compte|pas encore de compte|créer un compte|se souvenir de moi"
    r"|olvid(?:ó|aste|é) (?:su|tu|mi)? ?contraseña|en su cuenta para|no tiene(?:s)? (?:una )?cuenta|recordarme"
    r"|esquec(?:eu|i) (?:a |sua |minha )?senha|não tem (?:uma )?conta"
    r"|passwort vergessen|noch kein konto|angemeldet bleiben"
    r"|lupa (?:kata sandi|password)|belum punya akun|ke akun anda"
    r"|забыли пароль|нет аккаунта|запомнить меня|в (?:свой |личный )(?:аккаунт|кабинет)"
    r"|quên mật khẩu|chưa có tài khoản|vào tài khoản"
    r"|نسيت كلمة (?:المرور|السر)|ليس لديك حساب|إلى حسابك|تذكرني"
    r"|پاس ورڈ بھول گئے|اکاؤنٹ نہیں ہے|اکاؤنٹ میں لاگ ان"
    r"|忘记密码|还没有账户|パスワードを忘れ|비밀번호를 잊|ลืมรหัสผ่าน|ยังไม่มีบัญชี",
    re.IGNORECASE,
)

# Titles of pages that ask for consent, whole.
CONSENT_TITLE = re.compile(
    r"(?:before you (?:continue|proceed)(?: to .{1,30})?|(?:we value )?your privacy(?: choices| matters| settings)?"
    r"|(?:cookie|privacy|consent) (?:consent|settings|preferences|notice|choices|policy)|manage (?:your )?consent"
    r"|we (?:use|value) .{0,20}(?:cookies|privacy)"
    r"|avant de (?:continuer|poursuivre)|(?:vos choix .{0,30}|gestion des |paramètres des )cookies"
    r"|(?:nous respectons )?votre vie privée|votre consentement"
    r"|antes de (?:continuar|seguir)|(?:valoramos )?(?:su|tu) privacidad|(?:configuración|política|uso) de cookies"
    r"|(?:sua|a sua) privacidad|política de cookies|(?:valorizamos )?(?:a )?sua privacidade"
    r"|bevor sie (?:fortfahren|weiterlesen)|(?:ihre )?privatsphäre.{0,30}|(?:cookie-|datenschutz-?)einstellungen"
    r"|sebelum melanjutkan|privasi anda|прежде чем продолжить|(?:ваша )?конфиденциальность|настройки cookie"
    r"|trước khi (?:bạn )?tiếp tục|quyền riêng tư(?: của bạn)?|قبل المتابعة|قبل أن تتابع|خصوصيتك(?: تهمنا)?"
    r"|جاری رکھنے سے پہلے|آپ کی رازداری|继续之前|您的隐私|ก่อนดำเนินการต่อ)",
    re.IGNORECASE,
)
# What such pages say to the reader, in the first person. An article about cookies says it of others.
CONSENT_TEXT = re.compile(
    r"\bwe (?:value|respect|care about) your privacy|\bwe and our\b.{0,20}\bpartners|our \d* ?partners\b.{0,60}cookie"
    r"|(?:click|tap|select|press) .{0,20}(?:accept|agree)|withdraw your consent"
    r"|you (?:can|may) (?:change|manage|withdraw) (?:your )?(?:choices?|preferences|consent)"
    r"|(?:store|access) .{0,20}on (?:a|your) device|manage (?:settings|preferences|cookies)"
    r"|nous (?:respectons|protégeons) votre vie privée|\bnos \d* ?partenaires|(?:cliquez|appuyez) sur .{0,20}accepter"
    r"|retirer votre consentement|continuer sans accepter|paramétrer (?:vos|les)|(?:modifier|gérer) vos choix"
    r"|valoramos (?:su|tu) privacidad|nuestros \d* ?socios|(?:pulse|haga clic|haz clic|pulsa) .{0,20}aceptar"
    r"|retirar (?:su|tu) consentimiento|en (?:su|tu) dispositivo"
    r"|nossos \d* ?parceiros|clique em .{0,20}aceitar|retirar (?:o seu|seu) consentimento|no seu dispositivo"
    r"|unsere \d* ?partner|klicken sie auf .{0,20}akzeptieren|einwilligung .{0,40}widerrufen|auf ihrem gerät"
    r"|menghargai privasi anda|mitra kami|klik .{0,20}terima|menarik persetujuan|di perangkat anda"
    r"|ценим вашу конфиденциальность|наши \d* ?партн[её]ры|нажмите .{0,20}принять|согласие можно|на вашем устройстве"
    r"|отозвать (?:своё |свое )?согласие"
    r"|tôn trọng quyền riêng tư của bạn|chúng tôi và .{0,10}đối tác|nhấn .{0,20}chấp nhận|rút lại sự đồng ý"
    r"|trên thiết bị của bạn"
    r"|نقدر خصوصيتك|نحن وشركاؤنا|انقر على .{0,20}قبول|سحب موافقتك|على جهازك"
    r"|آپ کی رازداری کا احترام|ہمارے \d* ?شراکت دار|(?:سب )?قبول کریں پر کلک|رضامندی واپس|آپ کے آلے پر"
    r"|重视您的隐私|我们和.{0,6}合作伙伴|点击.{0,6}接受|撤回同意|您的设备上"
    r"|เราและพันธมิตร|คลิกยอมรับ|ถอนความยินยอม|บนอุปกรณ์ของคุณ",
    re.IGNORECASE,
)
