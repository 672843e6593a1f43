"""Words behind a number that make it another one: units of measure, time and money, each with what it means."""

from monitor.core.typography import same_to_readers

_UNITS = {
    "%": "% ٪ percent pct prozent persen процент процента процентов phần_trăm پائی فیصد فیصدی بالمئة بالمائة",
    "points": "point points punkt prozentpunkte пункт пункта пунктов puntos puntos pontos poin điểm نقطة نقاط",
    "km": "km kilometer kilometers kilometre kilometres kilomètre kilomètres kilómetro kilómetros quilômetros "
    "quilómetros километр километра километров км kilomet kilômét كيلومتر كيلومترا كيلومترات کلومیٹر",
    "mile": "mile miles mil milla millas meile meilen milha milhas миля мили миль ميل ميلا أميال میل dặm",
    "m": "m meter meters metre metres mètre mètres metro metros метр метра метров м mét متر مترا أمتار میٹر",
    "foot": "foot feet ft pied pieds pie pies фут фута футов قدم",
    "cm": "cm centimeter centimeters centimetre centimetres centimètre centimètres centímetros сантиметров см سنتيمتر",
    "kg": "kg kilo kilos kilogram kilograms kilogramme kilogrammes kilogramos килограмм килограмма килограммов кг "
    "كيلوغرام كلغ کلوگرام",
    "g": "g gram grams gramme grammes gramos gramas gramm грамм граммов غرام گرام",
    "pound": "lb lbs pound pounds libra libras фунт фунтов رطل",
    "ton": "ton tons tonne tonnes tonelada toneladas tonnen тонна тонны тонн т tấn طن طنا أطنان ٹن",
    "litre": "litre litres liter liters litro litros литр литра литров لتر لترا لیٹر lít",
    "barrel": "barrel barrels baril barils barril barriles barris баррель барреля баррелей برميل برميلا بيرل thùng",
    "hectare": "hectare hectares hectárea hectáreas hektar гектар гектара гектаров هكتار هكتارا ہیکٹر",
    "acre": "acre acres акр акров فدان ایکڑ",
    "km²": "km² км²",
    "second": "second seconds seconde secondes segundo segundos detik секунда секунды секунд giây ثانية ثوان سیکنڈ",
    "minute": "minute minutes minuto minutos menit минута минуты минут phút دقيقة دقائق منٹ minuten",
    "hour": "hour hours heure heures hora horas jam час часа часов giờ ساعة ساعات گھنٹے گھنٹہ stunde stunden",
    "day": "day days jour jours día días dia dias hari день дня дней ngày يوم يوما أيام دن tag tage tagen",
    "week": "week weeks semaine semaines semana semanas minggu pekan неделя недели недель tuần أسبوع أسابيع ہفتے ہفتہ "
    "woche wochen",
    "month": "month months mois mes meses mês bulan месяц месяца месяцев tháng شهر شهرا أشهر شهور ماہ monat monate "
    "monaten",
    "year": "year years an ans année années año años ano anos tahun год года лет năm سنة سنوات عام عاما أعوام سال jahr "
    "jahre jahren",
    "decade": "decade decades décennie décennies década décadas dekade десятилетий عقد عقود",
    "dollar": "$ dollar dollars dólar dólares dolar доллар доллара долларов đô دولار دولارا دولارات ڈالر usd",
    "euro": "€ euro euros евро يورو یورو eur",
    "yuan": "¥ yuan yuans юань юаня юаней يوان یوآن",
    "sterling": "£ sterling",
    "rouble": "₽ rouble roubles ruble rubles рубль рубля рублей روبل",
    "rupee": "₹ rupee rupees roupie roupies rupias روپے روپیہ rupiah",
    "dong": "₫ đồng dong",
    "riyal": "riyal riyals ريال ريالا ريالات",
    "degree": "° degree degrees degré degrés grado grados derajat градус градуса градусов độ درجة درجات",
    "celsius": "°C celsius",
    "fahrenheit": "°F fahrenheit",
}

UNITS = {same_to_readers(word): unit for unit, some in _UNITS.items() for word in some.split() if "_" not in word} | {
    "°C": "celsius",
    "°F": "fahrenheit",
}
