"""How people say that a run is given a name, or that its name is taken away, as patterns in which @ is the run."""

import re

NOUN = r"(?:name|title|alias|nick-?name|designation|label|tag|sticker|caption|nom|nombre|nome|namen?)"
_MARK = "(?:call|name|nick-?name|dub|christen|bapti[sz]e|title|label|tag|mark|rename|relabel|retitle)"
_MARKED = "(?:called|named|titled|labell?ed|tagged|dubbed|christened|known as|renamed(?: to| as)?|remembered as)"
_BEARS = (
    r"(?:gives?|gets?|got|bears?|bore|wears?|carry|carries|ha(?:s|ve)|takes?|under|by|with|receives?|deserves?"
    r"|gib|gebt|bekommt|kriegt|trägt|erhält)"
)
_NEW = "(?:(?:new|nicer|better|proper|own|nice|short|friendly|real|correct|right) )*"
_OF = r"(?: (?:of|for|on) @)?"
_START = r"(?:^|[,.;:!?]\s+|\b(?:i want|i would like|i'd like|let'?s have|use|put|set|take|with|and|have|gets|takes) )"
_SHALL = r"(?:must|should|shall|has to|needs to|ought to|is to|will)"
_PIECE = r"([^,.;:!?]+?)"
_SOON = r"(?:now|henceforth|from now on|from today(?: on)?|simply|just)"
PLAIN = (
    rf"\b{_MARK}s?(?:,? please,?)? @,? (?:as |to |into |with |by |from now on |: ?|= ?)?(.+)",
    rf"\b{_BEARS}(?: @)?(?: the| a| its| le| den| el| o)? {_NEW}{NOUN}(?: of (?:our|my|the|a) \w+)?"
    r"(?: of| should be| is)?,?\s+(?!(?:for|to|of|is|that|which|and|off|away|on|with|geben)\b)(.+)",
    rf"\b{NOUN}\b.*?\b(?:saying|reading|that says|that reads)\s+(.+)",
    rf"\b{_MARKED}\s+(?!by\b|after\b)(.+)",
    rf"{_START}{_PIECE},?(?: please,?)? (?:as|is|be|shall be|should be|will be|is to be|for|that's|that is|this is)"
    rf" (?:(?:its|the|her|his|their|a)(?: [\w-]+'s)? )?{_NEW}{NOUN}\b",
    rf"{_START}{_PIECE},? (?:that'?s|that is|is|would be|is to be) (?:what|how) (?:i|we|you|they|people|everybody)\b",
    rf"\bas {NOUN}\b(?: (?:write|put|use|set|take|enter))?:?\s+(.+)",
)
"""That something is named is said in these words."""
ABROAD = (
    r"\b(?:renomme|rebaptise|renombra|renomeia|renomeie|benenne|nenne?|appell?e|nomme|llama|chame?)"
    r"(?:[- ](?:le|la|lo|o|a|es|ihn|den))?(?: @)?(?: bitte)?(?: (?:en|a|como|para|de|in))? (.+)",
    r"\b(?:appelle-l[ea]|ll[aá]mal[oa]|chame-[oa](?: de)?|heißt(?: ab jetzt| jetzt| nun)?|soll)\s+(.+?)(?: heißen)?$",
    r"\bin (.+?) umbenennen\b",
    r"\bumbenennen in (.+)",
    r"\b(?:nombre|nom|nome|namen?)(?: (?:de|du|von|da|do) @)? (?:a|en|para|in|auf|zu|por) (.+)",
    r"\b(?:le nom|el nombre|o nome|den namen)(?: de)? (.+)",
)
LOOSER = (
    rf"\b{_SHALL}(?: now| rather| henceforth| simply)* (?:read|say|become|go by|go as|go under)\s+(.+)",
    r"\b(?:becomes|turns into|is now|henceforth (?:this |it )?is|from now on (?:this |it )?is|goes by|goes as)\s+(.+)",
    r"(?:->|=>|→|:=|=)\s*(.+)$",
    rf"\b{_MARK}\s+(?!@)(\S+(?: \S+){{0,2}})$",
    r":\s+(.+)$",
    r"\b(?:use|rather|better|go with|let'?s (?:take|use|have)|how about|what about|say|i meant|make (?:it"
    r"|that))\s+(.+)$",
)
"""Only a change is told by these words: "becomes", an arrow, a colon."""
_VERB = r"(?:drop|remove|clear|delete|erase|strip|wipe|lose|undo|scrap|forget|reset|get\s+rid\s+of|take\s+(?:away|off))"
TAKEN_AWAY = re.compile(
    rf"""\b(?:shall|should|must|needs?|will|wants?|may|can|do|better|leave|rather|let|back\s+to|to\s+have)\b.{{0,40}}?
    \b(?:no|without(?:\s+(?:a|any))?)\s+(?:own\s+)?{NOUN}\b
    |\bno\s+(?:own\s+|more\s+)?{NOUN}(?:\s+(?:any\s*more|any\s+longer|at\s+all|please|pls|again|needed)\b|\s*[.!]*$)
    |\bnot\s+(?:have|bear|carry)\s+(?:a|any)\s+{NOUN}\b
    |\b(?:don'?t|do\s+not|does\s*n[o']t|doesnt)\s+(?:want|need|have)\s+(?:a|any|the)\s+{NOUN}\b
    |\b{_VERB}\s+(?:off\s+|of\s+)?(?:(?:the|its|his|her|their|that|any)(?:\s+\w+)?|\S+'s|run-\d+\s+of\s+its)\s+{NOUN}\b
    (?!\s+(?:and|to|for)\b)
    |\b(?:take|strip|peel)\s+(?:the|its|that|his|her)\s+(?:\w+\s+)?{NOUN}\s+(?:\S+\s+){{0,3}}(?:away|off|back|out)\b
    |\b(?:take|strip|free|rid)\b.{{0,30}}\bof\s+(?:its|the|that|any)\s+{NOUN}\b
    |\b(?:its|the|that)\s+(?:\w+\s+)?{NOUN}\s+(?:is\s+|has\s+|must\s+|should\s+|can\s+|to\s+)*(?:be\s+)?
    (?:off|away|removed|go|gone|deleted|dropped|cleared)\b
    |\b{NOUN}\b.{{0,30}}\b(?:empty|blank)\b
    |\bunname\b|\bohne\s+namen\b|\bkeinen\s+namen\b|\bsans\s+nom\b|\bplus\s+de\s+nom\b|\bsin\s+nombre\b
    |\bsem\s+nome\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""The run is to have no name."""
