"""The words of core/stances.py: `_` parts those of a phrase, `*` stands for any ending.

By stance and group, in the order en fr es id ru vi ar ur de pt zh ja th.
"""

WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "hedge", "",
        "allegedly alleged reportedly purportedly purported supposedly supposed apparently presumably "
        "possibly perhaps probably likely may might could according_to is_said_to are_said_to suspected "
        "unconfirmed so-called selon présumé* prétendument supposé* apparemment probablement serait "
        "seraient aurait auraient pourrait pourraient d'après soi-disant peut-être según presunt* supuest* "
        "aparentemente probablemente posiblemente al_parecer habría habrían podría podrían quizás "
        "llamado_a diduga konon dikabarkan menurut mungkin kabarnya terduga disebut-sebut якобы по_данным "
        "по_сообщениям по_словам предположительно возможно вероятно как_сообщается так_называем* "
        "предполагаем* được_cho_là bị_cho_là bị_nghi có_thể nghi_là được_cho theo يزعم يقال مزعوم* "
        "المزعوم* بحسب وفقا حسب ربما من_المحتمل يعتقد ما_يسمى يشتبه مبینہ مطابق شاید ممکنہ نام_نہاد "
        "angeblich* mutmaßlich* laut offenbar vermutlich möglicherweise soll sollen könnte könnten "
        "sogenannt* alegadamente supostamente supost* segundo teria teriam poderia poderiam 据称 據稱 据报 "
        "據報 据悉 据说 據說 疑似 涉嫌 所谓 所謂 可能 或许 とされ とみられ 可能性 疑い いわゆる によると "
        "อ้างว่า คาดว่า อาจ รายงานว่า ถูกกล่าวหาว่า น่าจะ",
    ),
    (
        "extent", "",
        "at_least up_to nearly almost over under about around approximately roughly some au_moins jusqu'à "
        "près_de environ quelque al_menos hasta casi cerca_de unos unas sedikitnya setidaknya sekitar "
        "hampir по_меньшей_мере не_менее около почти свыше ít_nhất khoảng gần نحو حوالي قرابة على_الأقل "
        "زهاء کم_از_کم تقریبا mindestens fast rund etwa pelo_menos quase 至少 约 近 逾 超过 超過 大约 "
        "少なくとも 約",
    ),
    (
        "saying", "says",
        "said says told stated added dit déclaré indiqué dijo señaló declaró mengatakan menyatakan ujar "
        "kata сказал* заявил* сообщил* nói_rằng cho_biết tuyên_bố قال قالت أعلن أعلنت صرح أضاف کہا sagte sagten "
        "erklärte disse declarou 说 說 表示 述べ พูด กล่าว",
    ),
    (
        "saying", "claims",
        "claimed claims alleges contends contended asserted prétend prétendent prétendu prétendait allègue "
        "alega alegó alegan sostiene mengklaim klaim утвержда* khẳng_định cáo_buộc زعم زعمت ادعى ادعت يدعي "
        "دعوی behauptet* alegou 声称 聲稱 宣称 主張",
    ),
    (
        "saying", "admits",
        "admitted admits confessed conceded acknowledged avoué admis reconnu admitió reconoció confesó "
        "mengaku mengakui признал* признает* сознал* thừa_nhận اعترف اعترفت أقر أقرت اعتراف räumte gestand "
        "admitiu reconheceu 承认 承認 認め",
    ),
    (
        "saying", "denies",
        "denied denies nié nie dément démenti negó niega desmintió desmiente membantah отрица* опроверг* "
        "phủ_nhận نفى نفت ينفي تردید bestritt dementierte negou nega 否认 否認 否定",
    ),
    (
        "harm", "died",
        "died dies dead death deaths mort morte morts mortes décès décédé* murió murieron muert* fallec* "
        "tewas meninggal погиб* умер* скончал* thiệt_mạng chết tử_vong توفي توفيت وفاة مصرع جاں_بحق ہلاک "
        "starb starben gestorben tot tote toten morreu morreram mort* 死亡 死去 เสียชีวิต",
    ),
    (
        "harm", "killed",
        "killed kills slain shot_dead tué* mató mataron matado dibunuh terbunuh membunuh убит* убил* "
        "giết_chết bị_giết قتل قتلت قتلوا مقتل قتلى قتيل* قتيلا getötet matou mataram 杀害 殺害 打死 ฆ่า",
    ),
    (
        "harm", "murdered",
        "murdered murder assassinated massacred executed assassiné* exécuté* massacré* asesin* ejecut* "
        "masacr* dieksekusi dibantai казн* убийств* hành_quyết ám_sát sát_hại اغتيل* اغتيال أعدم* إعدام "
        "مجزرة ermordet* assassinad* 谋杀 暗杀",
    ),
    (
        "harm", "hurt",
        "injured wounded hurt blessé* herid* luka terluka cedera ранен* пострада* bị_thương جرحى جريح* "
        "أصيب* إصابة* مصاب* زخمی verletzt* verwundet* ferid* 受伤 受傷 負傷 けが บาดเจ็บ",
    ),
    (
        "sense", "up",
        "rose rises rise increased increases increase higher grew grows hausse augment* progress* subió "
        "aumentó aumenta alza creció naik meningkat вырос* увелич* повыс* рост tăng ارتفع ارتفعت ارتفاع "
        "زيادة زاد اضافہ stieg steigt gestiegen subiu aumentou 上升 上涨 上漲 增加 増加 เพิ่ม",
    ),
    (
        "sense", "down",
        "fell falls fall decreased decreases decrease lower dropped drops shrank declined baiss* diminu* "
        "recul* bajó disminuyó cayó baja turun menurun упал* сниз* сокра* паден* giảm انخفض انخفضت انخفاض "
        "تراجع تراجعت کمی sank sinkt gesunken fiel caiu diminuiu 下降 下跌 减少 減少 ลด",
    ),
    (
        "sense", "yes",
        "accepted accepts approved approves agreed adopted backed backs supported supports accepté* "
        "approuv* adopté* soutenu* soutient aceptó acepta aprobó aprueba apoyó apoya menerima menyetujui "
        "mendukung одобр* поддерж* согласи* принял* chấp_nhận ủng_hộ thông_qua وافق وافقت قبل_ب أيد أيدت "
        "منظور angenommen akzeptiert* billigt* aceitou aprovou apoiou 接受 批准 支持 同意 承諾",
    ),
    (
        "sense", "no",
        "rejected rejects refused refuses declined_to opposed opposes blocked vetoed rejeté* refus* oppos* "
        "rechazó rechaza rehusó menolak отклон* отверг* отказ* từ_chối phản_đối bác_bỏ رفض رفضت عارض عارضت "
        "مسترد abgelehnt* lehnt* rejeitou recusou 拒绝 拒絕 否决 反对 反対",
    ),
    (
        "sense", "won",
        "won wins victory gagn* victoire* remport* ganó gana victoria menang победил* победа thắng فاز "
        "فازت فوز انتصر انتصار gewann gewonnen sieg venceu vitória 获胜 胜利 勝利",
    ),
    (
        "sense", "lost",
        "lost loses defeat defeated perd* défaite* perdió pierde derrota kalah проигра* поражени* thua خسر "
        "خسرت خسارة هزيمة verlor verloren niederlage perdeu 失败 敗北",
    ),
    (
        "sense", "guilty",
        "guilty convicted coupable* condamné* culpable* condenad* виновен виновн* осужд* có_tội مذنب أدين "
        "schuldig* culpado* 有罪",
    ),
    (
        "sense", "innocent",
        "innocent acquitted innocent* acquitté* inocente* absuelt* невинов* оправдан* vô_tội بريء تبرئة "
        "unschuldig* freigesprochen absolvid* 无罪 無罪",
    ),
    (
        "sense", "held",
        "arrested detained jailed imprisoned arrêté* détenu* incarcér* detenid* arrestad* ditangkap "
        "ditahan арест* задерж* bị_bắt bắt_giữ اعتقل اعتقلت اعتقال احتجز گرفتار verhaftet* festgenommen* "
        "preso presos detid* 逮捕 被捕",
    ),
    (
        "sense", "freed",
        "released freed libéré* relâché* liberad* dibebaskan освобо* отпущ* trả_tự_do thả أفرج إطلاق_سراح "
        "رہا freigelassen* libertad* 释放 釈放",
    ),
    (
        "sense", "before",
        "before prior_to avant antes_de sebelum перед trước قبل پہلے vor 之前",
    ),
    (
        "sense", "after",
        "after après después_de setelah sesudah после sau بعد nach 之后",
    ),
    (
        "sense", "more",
        "more_than plus_de más_de lebih_dari более больше hơn أكثر_من mehr_als mais_de",
    ),
    (
        "sense", "less",
        "less_than fewer_than moins_de menos_de kurang_dari менее меньше dưới أقل_من weniger_als",
    ),
    (
        "label", "terrorist",
        "terrorist* terroriste* terrorista* teroris террорист* khủng_bố إرهابي* دہشت_گرد* 恐怖分子",
    ),
    (
        "label", "fighter",
        "militant* fighter fighters gunman gunmen combattant* militante* combatiente* militan pejuang "
        "боевик* phiến_quân chiến_binh مسلح* مقاتل* عسکریت_پسند* جنگجو* kämpfer* combatente* 武装分子 战士",
    ),
    (
        "label", "rebel",
        "rebel rebels insurgent* separatist* rebelle* insurgé* séparatiste* insurgente* pemberontak "
        "повстан* сепаратист* ополчен* متمرد* ثوار مقاومة مقاوم* rebellen rebelde* باغی",
    ),
    (
        "label", "soldier",
        "soldier soldiers troops soldat* soldado* tentara солдат* военнослужащ* جندي جنود lính 士兵",
    ),
    (
        "label", "civilian",
        "civilian civilians civil civils civiles civile sipil мирных мирные dân_thường مدني* مدنيين شہری "
        "zivilist* civis 平民",
    ),
    (
        "harm", "martyr",
        "martyr* mártir* syahid шахид* liệt_sĩ شهيد* شهداء شہید märtyrer* 烈士",
    ),
    (
        "label", "protester",
        "protester* protestor* demonstrator* manifestant* manifestante* demonstran pengunjuk протестующ* "
        "демонстрант* biểu_tình متظاهر* محتج* مظاہرین demonstrant* 示威者 抗议者",
    ),
    (
        "label", "rioter",
        "rioter* mob émeutier* casseur* alborotador* perusuh погромщик* bạo_loạn مشاغب* شغب randalierer* "
        "暴徒",
    ),
    (
        "label", "government",
        "government gouvernement* gobierno pemerintah правительств* chính_phủ حكومة حکومت regierung* "
        "governo 政府",
    ),
    (
        "label", "regime",
        "regime regimes régime* régimen rezim режим* chế_độ نظام 政权",
    ),
    (
        "label", "invasion",
        "invasion invasión invasi вторжен* xâm_lược غزو احتلال عدوان aggression agression invasão 入侵 "
        "侵略",
    ),
    (
        "label", "war",
        "war guerre guerra perang война войны войне войну chiến_tranh حرب جنگ krieg* 战争 戦争",
    ),
    (
        "label", "operation",
        "operation operasi opération* operación операци* спецопераци* chiến_dịch عملية operação 行动 作戦",
    ),
    (
        "label", "migrant",
        "migrant* migrante* мигрант* người_di_cư مهاجر* 移民",
    ),
    (
        "label", "refugee",
        "refugee* réfugié* refugiad* pengungsi беженц* tị_nạn لاجئ* flüchtling* 难民 難民",
    ),
    (
        "label", "illegal",
        "illegal* illégal* ilegal* нелегал* bất_hợp_pháp غير_شرعي",
    ),
)  # fmt: skip
