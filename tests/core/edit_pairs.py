"""Edits of news texts made by hand, each with the weight an editor would give it; `->` parts before and after.

minor: a reader who saw the first version need not be told. notable: worth a look. major: another story.
"""

MINOR = """
The council met on Monday evening. -> The council met Monday evening.
The minister spoke for an hour. -> The minister talked for an hour.
Goverment offices will open late. -> Government offices will open late.
The bridge, which is old, was closed. -> The bridge which is old was closed.
He said: "We are ready." -> He said: “We are ready.”
The storm hit the coast—hard. -> The storm hit the coast - hard.
Prices rose by 5 % in May. -> Prices rose by 5% in May.
Prices rose by 5% in May. -> Prices rose by 5 percent in May.
Some 10,000 people came. -> Some 10 000 people came.
Three people were hurt. -> 3 people were hurt.
The road is 3 km long. -> The road is 3 kilometers long.
The road is 3 kilometres long. -> The road is 3 kilometers long.
He arrived at 14:05 in the capital. -> He arrived at 14:07 in the capital.
The harvest was good this year. -> The harvest was very good this year.
The big house on the hill burned down. -> The large house on the hill burned down.
The team colour is red. -> The team color is red.
The talks are not over. -> The talks aren't over.
He cannot come today. -> He can't come today.
President Volodymyr Zelenskyy arrived. -> President Volodymyr Zelensky arrived.
The mayor met Smith on Friday. -> The mayor met John Smith on Friday.
Rain is expected in the north. -> Rain is expected in the North.
The children played outside in the snow all day. -> All day the children played outside in the snow.
It was a calm and quiet night in the city. -> It was a quiet and calm night in the city.
The report was published this week. -> The report was released this week.
Traffic is slow on the ring road. -> Traffic is slow on the ring road. More soon.
Traffic is slow on the ring road. -> Traffic is slow on the ring road. Drivers should expect long delays.
Read more about it tomorrow. -> Read more about this tomorrow.
The museum opens its doors again -> The museum opens its doors again.
Le maire a parlé lundi soir. -> Le maire s'est exprimé lundi soir.
Il a dit « oui ». -> Il a dit "oui".
La hausse est de 5 %. -> La hausse est de 5%.
Environ 10 000 personnes sont venues. -> Environ 10.000 personnes sont venues.
Le pont est fermé depuis hier. -> Le pont est fermé depuis la veille.
Ce n'est pas vrai. -> C'est pas vrai.
L'état d'urgence est décrété. -> L’état d’urgence est décrété.
Trois blessés dans un accident. -> 3 blessés dans un accident.
La réunion s'est tenue dans le calme. -> La réunion s'est déroulée dans le calme.
El alcalde habló durante una hora. -> El alcalde habló una hora.
La lluvia llegará el viernes por la tarde. -> La lluvia llegará el viernes en la tarde.
El puente está cerrado. -> El puente permanece cerrado.
Subió un 5 por ciento. -> Subió un 5 por ciento, informaron.
Unas 2.000 personas llegaron. -> Unas 2 000 personas llegaron.
Wali kota berbicara selama satu jam. -> Wali kota berpidato selama satu jam.
Jembatan itu ditutup sejak kemarin. -> Jembatan ditutup sejak kemarin.
Harga naik 5 persen. -> Harga naik 5%.
Hujan akan turun di utara. -> Hujan bakal turun di utara.
Мэр выступал целый час. -> Мэр говорил целый час.
Мост закрыт со вчерашнего дня. -> Мост закрыт с минувшего дня.
Он приехал в 14:05. -> Он приехал в 14:15.
Цена — 3 млн рублей. -> Цена — 3 миллиона рублей.
Всё было спокойно. -> Все было спокойно.
Thị trưởng phát biểu trong một giờ. -> Thị trưởng nói chuyện trong một giờ.
Cây cầu đóng cửa từ hôm qua. -> Cầu đóng cửa từ hôm qua.
Giá tăng 5 %. -> Giá tăng 5%.
تحدث العمدة لمدة ساعة. -> تكلم العمدة لمدة ساعة.
الجسر مغلق منذ أمس. -> الجسر مقفل منذ أمس.
وصل ١٢ شخصا إلى المدينة. -> وصل 12 شخصا إلى المدينة.
قال إن الاجتماع ناجح. -> قالَ إنّ الاجتماعَ ناجح.
كتب الصحفي مقالا طويلا. -> کتب الصحفي مقالا طويلا.
بارش کل شمال میں ہوگی۔ -> بارش کل شمالی علاقوں میں ہوگی۔
وہ شہر میں آئے۔ -> وہ شھر میں آئے۔
پل کل سے بند ہے۔ -> پل گزشتہ روز سے بند ہے۔
Der Bürgermeister sprach eine Stunde. -> Der Bürgermeister redete eine Stunde.
Die Brücke ist seit gestern gesperrt. -> Die Brücke ist seit gestern zu.
A ponte está fechada desde ontem. -> A ponte segue fechada desde ontem.
市长讲话一个小时。 -> 市长发言一个小时。
橋は昨日から閉鎖されている。 -> 橋は昨日より閉鎖されている。
สะพานปิดตั้งแต่เมื่อวาน -> สะพานถูกปิดตั้งแต่เมื่อวาน
"""

NOTABLE = """
He met John Smith in town. -> He met John Jones in town.
The envoy flew to Tehran on Friday. -> The envoy flew to Ankara on Friday.
The talks were held in Vienna. -> The talks were held in Geneva.
The minister praised Pakistan in a speech. -> The minister praised the country in a speech.
He said "we will win" in the end. -> He said "we shall prevail" in the end.
The reformist leader spoke to the crowd. -> The "reformist" leader spoke to the crowd.
The “liberation” of the town took a week. -> The liberation of the town took a week.
The so called 'experts' met in town. -> The so called experts met in town.
The soldier took the bribe. -> The soldier allegedly took the bribe.
Reportedly the ship sank at night. -> The ship sank at night.
The ship may have carried arms. -> The ship carried arms.
The officer said the village was empty. -> The officer claimed the village was empty.
The company said it knew of the leak. -> The company admitted it knew of the leak.
The bombs fell on a school, the ministry said. -> The bombs fell on a school.
A man was killed by the police in the square. -> A man died in the square.
The man was killed in his home. -> The man was murdered in his home.
The fighters left the town at dawn. -> The terrorists left the town at dawn.
The government rejected calls for a vote. -> The regime rejected calls for a vote.
The war enters its second month. -> The operation enters its second month.
Protesters filled the main square. -> Rioters filled the main square.
At least 12 people are missing. -> 12 people are missing.
Nearly 300 houses burned down. -> 300 houses burned down.
The fire killed people in 12 houses. -> The fire killed people in houses.
The plan will cost money. -> The plan will cost $40 million.
12 dead, 21 hurt in the crash. -> 21 dead, 12 hurt in the crash.
The vote was held. "It was a fraud from start to end," he said. -> The vote was held.
The vote was held. -> The vote was held. "It was a fraud from start to end," he said.
The village was shelled. Witnesses counted 40 craters in the fields. -> The village was shelled.
The army took the hill. -> The army took the hill. It lost 40 men in two days of battle.
Le ministre a rencontré Jean Dupont hier. -> Le ministre a rencontré Jean Martin hier.
La réunion aura lieu à Genève mardi. -> La réunion aura lieu à Vienne mardi.
Le dirigeant réformiste a parlé. -> Le dirigeant « réformiste » a parlé.
Le navire a coulé dans la nuit. -> Le navire aurait coulé dans la nuit.
L'armée a tiré sur la foule, selon des témoins. -> L'armée a tiré sur la foule.
Le suspect présumé a été vu hier. -> Le suspect a été vu hier.
Le policier a dit la vérité, a-t-il dit. -> Le policier prétend la vérité, a-t-il dit.
Les combattants ont quitté la ville. -> Les terroristes ont quitté la ville.
Au moins 12 personnes sont portées disparues. -> 12 personnes sont portées disparues.
El ministro se reunió con Juan Pérez ayer. -> El ministro se reunió con Juan Gómez ayer.
El líder reformista habló ante la multitud. -> El líder «reformista» habló ante la multitud.
El soldado aceptó el soborno. -> El soldado presuntamente aceptó el soborno.
El gobierno anunció la medida ayer. -> El régimen anunció la medida ayer.
El oficial dijo que el pueblo estaba vacío. -> El oficial aseguró y alegó que el pueblo estaba vacío.
Un hombre murió en la plaza. -> Un hombre fue asesinado en la plaza.
Menteri bertemu Budi Santoso kemarin. -> Menteri bertemu Agus Santoso kemarin.
Tentara menembak warga di pasar. -> Tentara diduga menembak warga di pasar.
Pemimpin reformis itu berbicara. -> Pemimpin "reformis" itu berbicara.
Pejuang meninggalkan kota itu. -> Teroris meninggalkan kota itu.
Perusahaan itu mengatakan tahu soal kebocoran. -> Perusahaan itu mengakui tahu soal kebocoran.
Министр встретился с Иваном Петровым вчера. -> Министр встретился с Иваном Сидоровым вчера.
Солдаты стреляли по толпе. -> Солдаты якобы стреляли по толпе.
Боевики покинули город. -> Террористы покинули город.
Лидер реформаторов выступил вчера. -> Лидер «реформаторов» выступил вчера.
Компания заявила об утечке. -> Компания признала утечку.
Война длится второй месяц. -> Спецоперация длится второй месяц.
Bộ trưởng gặp ông Nguyễn Văn Nam hôm qua. -> Bộ trưởng gặp ông Nguyễn Văn Hùng hôm qua.
Binh sĩ đã bắn vào đám đông. -> Binh sĩ được cho là đã bắn vào đám đông.
Công ty tuyên bố biết vụ rò rỉ. -> Công ty thừa nhận biết vụ rò rỉ.
Nhà lãnh đạo cải cách phát biểu. -> Nhà lãnh đạo "cải cách" phát biểu.
التقى الوزير محمد في القاهرة. -> التقى الوزير خالد في القاهرة.
أطلق الجنود النار على الحشد. -> يُزعم أن الجنود أطلقوا النار على الحشد.
قال الضابط إن القرية كانت خالية. -> زعم الضابط إن القرية كانت خالية.
غادر المقاتلون المدينة فجرا. -> غادر الإرهابيون المدينة فجرا.
تحدث الزعيم الإصلاحي أمام الحشد. -> تحدث الزعيم "الإصلاحي" أمام الحشد.
قصف الجيش المدرسة بحسب شهود. -> قصف الجيش المدرسة.
سقط القتلى في الساحة أمس. -> سقط الشهداء في الساحة أمس.
صدر عمران نے خطاب کیا۔ -> صدر عارف نے خطاب کیا۔
فوجی نے رشوت لی۔ -> فوجی نے مبینہ طور پر رشوت لی۔
جنگجو شہر سے نکل گئے۔ -> دہشت گرد شہر سے نکل گئے۔
Der Soldat nahm das Geld. -> Der Soldat nahm angeblich das Geld.
Der Reformer sprach vor der Menge. -> Der „Reformer“ sprach vor der Menge.
O soldado aceitou o suborno ontem. -> O soldado supostamente aceitou o suborno ontem.
士兵向人群开枪。 -> 据称士兵向人群开枪。
改革派领导人发表讲话。 -> “改革派”领导人发表讲话。
兵士は群衆に発砲した。 -> 兵士は群衆に発砲したとされる。
武装分子撤离了城市。 -> 恐怖分子撤离了城市。
ทหารยิงใส่ฝูงชน -> ทหารถูกกล่าวหาว่ายิงใส่ฝูงชน
"""

MAJOR = """
On Monday 12 people died. -> On Monday 21 people died.
On Monday 12 people died. -> On Monday 13 people died.
He paid $1.5 million for it. -> He paid $15 million for it.
He paid $5 million for it. -> He paid $5 billion for it.
He paid $5 million for it. -> He paid €5 million for it.
Inflation was 5% in June. -> Inflation was 5 in June.
The front is 12 km away. -> The front is 12 miles away.
The truce holds for three days. -> The truce holds for three weeks.
The temperature fell to -5 degrees. -> The temperature fell to 5 degrees.
Three soldiers died there. -> Five soldiers died there.
He was born in 1961 in the south. -> He was born in 1967 in the south.
He will resign on Friday. -> He will not resign on Friday.
She isn't under arrest. -> She is under arrest.
The army never left the town. -> The army left the town.
The treaty was signed with conditions. -> The treaty was signed without conditions.
The report was confirmed by the ministry. -> The report was unconfirmed by the ministry.
The search was legal, the court found. -> The search was illegal, the court found.
Oil prices rose on Friday. -> Oil prices fell on Friday.
Parliament accepted the plan. -> Parliament rejected the plan.
The court found him guilty. -> The court found him innocent.
The party won the vote in the north. -> The party lost the vote in the north.
12 people were injured in the blast. -> 12 people were killed in the blast.
The leader was arrested at noon. -> The leader was released at noon.
The truck came before the blast. -> The truck came after the blast.
More than 300 houses burned. -> Less than 300 houses burned.
Le bilan est de 12 morts. -> Le bilan est de 21 morts.
Le président va démissionner. -> Le président ne va pas démissionner.
Il a payé 1,5 million d'euros. -> Il a payé 15 millions d'euros.
Il a payé 5 millions d'euros. -> Il a payé 5 milliards d'euros.
Le front est à 12 kilomètres. -> Le front est à 12 miles.
Le parlement a accepté le plan. -> Le parlement a rejeté le plan.
Personne n'a été blessé lundi. -> Une personne a été blessée lundi.
Les prix sont en hausse. -> Les prix sont en baisse.
Trois jours de trêve sont prévus. -> Trois semaines de trêve sont prévues.
Il y a 12 blessés dans l'attaque. -> Il y a 12 morts dans l'attaque.
Murieron 12 personnas el lunes. -> Murieron 21 personas el lunes.
El presidente dimitirá hoy. -> El presidente no dimitirá hoy.
El precio subió ayer. -> El precio bajó ayer.
El parlamento aprobó el plan. -> El parlamento rechazó el plan.
Pagó 5 millones de euros. -> Pagó 5 mil millones de euros.
Nunca estuvo en la ciudad. -> Estuvo en la ciudad.
Hubo 12 heridos en la explosión. -> Hubo 12 muertos en la explosión.
Korban tewas 12 orang. -> Korban tewas 21 orang.
Presiden akan mundur. -> Presiden tidak akan mundur.
Harga minyak naik hari ini. -> Harga minyak turun hari ini.
Parlemen menyetujui rencana itu. -> Parlemen menolak rencana itu.
Dana itu mencapai 5 juta dolar. -> Dana itu mencapai 5 miliar dolar.
Погибли 12 человек. -> Погиб 21 человек.
Президент уйдет в отставку. -> Президент не уйдет в отставку.
Цены на нефть выросли вчера. -> Цены на нефть упали вчера.
Парламент одобрил план. -> Парламент отклонил план.
Сумма составила 5 млн рублей. -> Сумма составила 5 млрд рублей.
Ранены 12 человек при взрыве. -> Убиты 12 человек при взрыве.
Có 12 người thiệt mạng. -> Có 21 người thiệt mạng.
Tổng thống sẽ từ chức. -> Tổng thống sẽ không từ chức.
Giá dầu tăng hôm nay. -> Giá dầu giảm hôm nay.
Số tiền là 5 triệu đô la. -> Số tiền là 5 tỷ đô la.
Quốc hội thông qua kế hoạch. -> Quốc hội bác bỏ kế hoạch.
قتل ١٢ شخصا في الهجوم. -> قتل ٢١ شخصا في الهجوم.
قال إنه يوافق على الخطة. -> قال إنه لا يوافق على الخطة.
ارتفعت أسعار النفط أمس. -> انخفضت أسعار النفط أمس.
دفع 5 ملايين دولار. -> دفع 5 مليارات دولار.
البرلمان وافق على الخطة. -> البرلمان رفض الخطة.
أصيب 12 شخصا في الانفجار. -> قتل 12 شخصا في الانفجار.
لم يغادر الجيش المدينة. -> غادر الجيش المدينة.
حملے میں 12 افراد ہلاک ہوئے۔ -> حملے میں 21 افراد ہلاک ہوئے۔
صدر استعفیٰ دیں گے۔ -> صدر استعفیٰ نہیں دیں گے۔
حملے میں 12 افراد زخمی ہوئے۔ -> حملے میں 12 افراد ہلاک ہوئے۔
Bei dem Angriff starben 12 Menschen. -> Bei dem Angriff starben 21 Menschen.
Der Minister tritt zurück. -> Der Minister tritt nicht zurück.
Das Parlament hat den Plan angenommen. -> Das Parlament hat den Plan abgelehnt.
O presidente vai renunciar. -> O presidente não vai renunciar.
袭击造成12人死亡。 -> 袭击造成21人死亡。
总统将辞职。 -> 总统将不辞职。
油价上涨。 -> 油价下跌。
袭击造成12人受伤。 -> 袭击造成12人死亡。
大統領は辞任する。 -> 大統領は辞任しない。
ประธานาธิบดีจะลาออก -> ประธานาธิบดีจะไม่ลาออก
"""

# The same in headlines, where every other wording is worth a look.
HEADLINES_MINOR = """
Storm hits the coast -> Storm Hits the Coast
Goverment falls over budget -> Government falls over budget
Le «pacte» est signé -> Le "pacte" est signé
"""
HEADLINES_NOTABLE = """
Storm hits the coast -> Storm strikes the coast
Minister meets envoy in Vienna -> Minister and envoy talk of peace
القوات تدخل المدينة -> القوات تقتحم المدينة
Президент прибыл в столицу -> Глава государства прибыл в столицу
"""
HEADLINES_MAJOR = """
12 dead in storm -> 21 dead in storm
Minister resigns -> Minister does not resign
12 morts dans la tempête -> 21 morts dans la tempête
Oil prices rise sharply -> Oil prices fall sharply
مقتل 12 في هجوم -> إصابة 12 في هجوم
"""


def pairs(table: str) -> list[tuple[str, str]]:
    """Return the pairs of a table."""
    return [
        (before.strip(), after.strip()) for before, after in (line.split("->") for line in table.split("\n") if line)
    ]
