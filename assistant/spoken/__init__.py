"""What a message says of single arguments, read off its words: numbers, versions, names, keys, lists, licences."""
