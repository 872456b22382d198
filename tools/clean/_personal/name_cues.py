"""What around a word says that it is, or is not, the name of a person."""

import re

_ROLES = (
    r"patient|customer|client|colleague|co-?worker|manager|boss|supervisor|wife|husband|spouse|partner|son"
    r"|daughter|brother"
    r"|sister|mother|father|mom|mum|mam|dad|aunt|uncle|cousin|niece|nephew|grand(?:ma|pa|mother|father|son"
    r"|daughter)|friend|girlfriend"
    r"|boyfriend|fianc[ée]e?|neighbou?r|landlord|landlady|tenant|doctor|physician|surgeon|nurse|consultant"
    r"|specialist|therapist|dentist"
    r"|agent|advisor|adviser|rep|representative|operator|clerk|driver|courier|technician|engineer|lawyer"
    r"|attorney|solicitor|judge"
    r"|claimant|defendant|plaintiff|witness|victim|suspect|deceased|producer|director|singer|songwriter"
    r"|musician|author|writer|poet|actor|actress|artist|player|striker|coach"
    r"|chairman|chairwoman|ceo|cto|cfo|founder|president|secretary|teacher|tutor|student|pupil|employee"
    r"|candidate|applicant"
    r"|kid|child|baby|boy|girl|man|woman|guy|lady|gentleman|guardian|beneficiary|commenter|journalist|reporter"
    r"|editor|professor"
    r"|kollegin?|kollege|herrn?|frau|ärztin|arzt|madame|monsieur"
)
_GREETINGS = (
    r"hi|hello|hey|dear|dearest|hiya|yo|good (?:morning|afternoon|evening|day)|thanks|thank you|thx|cheers"
    r"|regards|sincerely"
    r"|best|love|yours|welcome|sorry|bye|goodbye|congrats|hallo|liebe[rs]?|bonjour|salut|cher|ch[èe]re|hola"
    r"|estimad[oa]|querid[oa]"
    r"|ciao|caro|cara|gentile|ol[áa]|beste|hej|guten (?:tag|morgen|abend)|gr[üu](?:ß|ss)e|cordialement|saludos"
    r"|atentamente"
)
_FIELDS = (
    rf"(?:{_ROLES})|an(?:a)?esthe(?:tist|siologist)|"
    r"(?:(?:full|first|last|given|middle|maiden|family|birth|patient|customer|client|contact|account|user"
    r"|card ?holder|legal|my|his|her|our) )?"
    r"(?:name|surname)|patient|customer|client|contact|attn|attention|from|to|cc|bcc|re|signed|signature|author"
    r"|written by|directed by"
    r"|starring|prepared by|reviewed by|approved by|submitted by|reported by|attending|physician|provider"
    r"|referred by|nurse|doctor|gp"
    r"|nok|next of kin|emergency contact|guardian|spouse|recipient|sender|payee|beneficiary|account holder"
    r"|card ?holder|name on (?:the )?(?:card|account)"
    r"|claimant|defendant|plaintiff|applicant|tenant|landlord|owner|buyer|seller|employee|manager"
    r"|billing address|shipping address|ship to|bill to|deliver to"
    r"|vorname|nachname|nom|pr[ée]nom|nombre|apellidos?|nome|cognome|naam"
)
CALLED = re.compile(
    r"(?:\bname\?|\bname(?:d|s)?(?:'s| is| was| are| were|:)?(?: (?:on|in) the [\w ]{2,20}(?:is|was)?)?"
    r"|\bcalled|\bcall(?:s|ed)? (?:me|him|her)|\bknown as|\bnicknamed?|\bn[ée]e"
    r"|\bhei(?:ß|ss)e|\bm'appelle|\bs'appelle|\bme llamo|\bse llama|\bmi chiamo|\bsi chiama|\bmein name ist"
    r"|\bmi nombre es"
    r"|\bname(?: to| from)?(?: is)?(?: not)?(?: now)?|(?:\bis|'s|\baccount|\bbooked|\bregistered|\bfiled"
    r"|\breserved) under|\bchange it to|\bspell(?:ed|s)? it)\s?[\"'“]?$",
    re.IGNORECASE,
)
"""The text says that this is a name."""
FIELD = re.compile(rf"(?:^|\n|[|;,.>\t]\s?)[\s>*_#•-]*(?:{_FIELDS})\s?[:=|]\s*\**\s*$", re.IGNORECASE)
"""A form says so."""
GREETED = re.compile(rf"(?:^|[\s>\"'(,])(?:{_GREETINGS}),?\s*$", re.IGNORECASE)
ROLE = re.compile(rf"\b(?:{_ROLES})(?:,| is| was)? $", re.IGNORECASE)
A_ROLE = re.compile(_ROLES, re.IGNORECASE)
PRESENTED = re.compile(
    r"(?:(?:[\"”,] )?\b(?:says|said|asks|asked|replied|wrote|writes|thinks)|\b(?:i'?m|i am|this is|it'?s|it was"
    r"|here is|here's|meet|with my \w+|ich bin|je suis|soy|sono|love|met|married|dated|marrying|tribute to"
    r"|spoke (?:to|with)|speak (?:to|with)|talk(?:ed|ing)? (?:to|with)|ask(?:ed)?|told|tell|saw|seen by|seeing"
    r"|see|hired|calls? (?:from|with)|email(?:ed)?|texted"
    r"|contact(?:ed)?|assistant to|by|cc|for|follow(?:ed)? up with|signed by|written by|directed by|sung by"
    r"|played by|added?|remove[d]?|remind(?:ed)?)) $",
    re.IGNORECASE,
)
EMPLOYED = re.compile(
    r"\b(?:work(?:s|ed|ing)? (?:for|at)|employed (?:by|at)|job at|interned at|bought from|ordered from|customer of) $",
    re.IGNORECASE,
)
"""A firm follows."""
WITH_SOMEBODY = re.compile(
    r"\b(?:assistant to|follow(?:ed|ing)?[- ]up with"
    r"|(?:spoke|speak|talk(?:ed|ing)?|chat(?:ted)?|met|meeting) (?:to|with)"
    r"|married to|interview(?:ed)?(?: with)?|hired) $",
    re.IGNORECASE,
)
SPEAKS = re.compile(
    r"(?:'s|’s)? (?:said|says|told|tells|asked|asks|called|calls|wrote|writes|lives?|lived|works?|worked"
    r"|was born|shouted|replied|replies"
    r"|answered|explained|explains|reports|reported|complained|complains|thinks|wants|wanted|has|had|hasn't"
    r"|is (?:a|an|the|my|our|very|not|so|in|from|on)|was (?:a|an|the|my|our|very|so)"
    r"|will be|never|always|went|came|got|took|gave|sent|paid|phoned|emailed|denies|denied|presents?|presented"
    r"|listed|spent|began|flew|left|died|agreed"
    r"|moved|married|signed|promised|can't|didn't|doesn't|isn't|wasn't|won't|would|sagte|sagt|hat|ist|schrieb"
    r"|a dit|dijo|ha detto)\b"
    r"|,? \(?(?:aged? )?\d{1,3}(?:\)|,| years?| y/?o\b|-year)|, (?:a|an|the|my|our|who|whose|can|could|please"
    r"|i'm|i am|ceo|born|md\b|phd\b|esq)\b"
    r"|(?:'s|’s) (?:wife|husband|son|daughter|mother|father|brother|sister|kid|account|address|phone|email"
    r"|e-mail|house|name|room|office|desk"
    r"|birthday|friend|team|manager|laptop|order|card|case|file|chart|version|novel|concert|killers?|book|song|car)\b"
    r"| (?:concert|fan|novel)\b",
    re.IGNORECASE,
)
"""Only persons do or have this."""
HUMAN = re.compile(
    r"(?:'s|’s)? (?:shouted|whispered|laughed|smiled|lives? (?:on|at|in|with)|was born|is pregnant|got married"
    r"|passed away)\b"
    r"|(?:'s|’s) (?:wife|husband|son|daughter|mother|father|brother|sister|kids?|birthday|maiden name|killers?)\b"
)
"""Only a living being does or has this, so that even an unknown word before it is a name."""
QUOTED = re.compile(r":\s?[\"“]")
"""After who says it."""
SAID_BY = re.compile(r"[\"”,!?] (?:says|said|asks|asked|replied|wrote|explained) $")
"""After what somebody says."""
TITLED = re.compile(r"\b(?:mrs?|ms|miss|dr|prof)\.? $")
"""A title without its capital."""
SPEAKER = re.compile(r"\s?(?:\([^)\n]{1,20}\)\s?)?:(?=\s|[\"“])")
"""After a name at the beginning of a line, as in a script."""
AT_PLACE = re.compile(
    r"\b(?:in|at|near|around|outside|inside|across|towards?|via|visit(?:ed|ing)?|leaving|left|to|from|of|city"
    r"|town|village|state|travel\w*|flights?|flew)"
    r"(?: the)?(?: (?:north|south|east|west|southern|northern|eastern|western|downtown|central|greater))? $",
    re.IGNORECASE,
)
AT_WORK = re.compile(
    r"\b(?:work(?:s|ed|ing)? (?:for|at|with)|employed (?:by|at)|bank(?:s|ed|ing)? (?:with|at)|account (?:with"
    r"|at)|buy(?:ing)? (?:from|at)|bought (?:at|from|an?)"
    r"|order(?:ed)? from|shop(?:ped|ping)? at|intern(?:ed)? at|job at|team at|company|brand|firm|model|product"
    r"|app|use|using|drive|drives|driving"
    r"|wear(?:ing)?|a new|an old|an?|the|my|your|our|this|that) $",
    re.IGNORECASE,
)
"""What follows is likelier a company or a thing."""
INFORMAL = re.compile(
    r"\b(?:my (?:full |last |first |maiden )?name(?: is|'s|s)|(?:his|her|their) (?:\w+ )?name(?: is|'s|s| was)|name[:=]"
    r"|called me|call me|i am called|known as"
    r"|mr\.?|mrs\.?|ms\.?|miss|dr\.?|prof\.?|herr|frau|señora?|monsieur|madame)\s+((?:(?!and\b|but\b|from\b"
    r"|is\b|i\b|not\b|the\b|a\b|on\b)[^\W\d_][^\W\d_'’.-]*[ ]?){1,3})",
    re.IGNORECASE,
)
"""Where a name follows that may be written without capitals."""
SHY = re.compile(
    r"(?:^|\n)([a-z]{3,}): |\b(?:this is|it is|it's|i'm|hi|hey|hello|ask|tell|thanks|called|with|met) ([a-z]{3,})"
    r"(?=$|[,.!?\n]| (?:here|from)\b)"
)
"""Where a first name may stand without a capital."""
EAST_ASIAN = re.compile(
    r"(?:姓名|名字|我叫|名前|氏名|이름)(?:是|は|은|는)?[:：]?\s?([\u4e00-\u9fff]{2,4}|[가-힣]{2,4}|[ァ-ヶー]{2,8})"
    r"|([\u4e00-\u9fff]{1,4}|[ァ-ヶー]{2,8})(?=先生|女士|小姐|さん|様|氏(?!名)|くん|ちゃん)|([가-힣]{2,4}?)(?=\s?(?:씨|님)(?![가-힣]{2}))"
)
"""Where there are no capitals, only a word of address or a field tells."""
