/** Words that titles and artists of the made-up catalogue are put together from. */
export const ADJECTIVES = `
Golden, Silver, Velvet, Broken, Midnight, Electric, Hollow, Quiet, Burning, Crystal, Paper, Neon, Lonely, Wild, Distant,
Bitter, Gentle, Restless, Faded, Frozen, Sacred, Hidden, Crooked, Endless, Tender, Wicked, Secret, Scarlet, Crimson, Pale,
Heavy, Little, Lost, Slow, Blue, Violet, Amber, Rusty, Drowsy, Sudden, Savage, Honest, Careless, Weightless, Northern,
Southern, Summer, Winter, Cosmic, Plastic, Marble, Second, Last, First, Strange, Lucky, Humble, Feral, Stubborn, Luminous`;

export const NOUNS = `
River, Mountain, Highway, Mirror, Shadow, Garden, Ocean, Lantern, Harbor, Window, Engine, Signal, Season, Machine, Feather,
Anchor, Compass, Island, Valley, Desert, Thunder, Orchid, Sparrow, Tiger, Raven, Coyote, Wolf, Heart, Bone, Ghost, Saint,
Dream, Fever, Promise, Letter, Summer, Morning, Evening, Sunday, Ceiling, Staircase, Radio, Avenue, Bridge, Station,
Satellite, Planet, Comet, Forest, Meadow, Canyon, Prairie, Tide, Wave, Storm, Ember, Ash, Wire, Ribbon, Diamond, Pearl,
Carousel, Parade, Circus, Casino, Motel, Kingdom, Empire, Alibi, Echo, Silence, Gravity, Horizon, Voyage, Anthem, Waltz`;

export const VERBS = `
Running, Falling, Dancing, Waiting, Burning, Breathing, Dreaming, Driving, Drifting, Calling, Leaving, Learning, Singing,
Sleeping, Swimming, Walking, Wishing, Chasing, Counting, Crossing, Holding, Hiding, Losing, Finding, Painting, Stealing`;

export const PLACES_SUNG = `
Avalon, Berlin, Carolina, Denver, Lisbon, Memphis, Montréal, Nashville, Paris, Reykjavík, Santa Fe, São Paulo, Savannah,
Tokyo, Tucson, Vienna, Wyoming, Havana, Marseille, Málaga`;

/** Titles as people write them elsewhere, accents, quotes and all. */
export const FOREIGN = `
Corazón, Café Noir, L'Heure Bleue, Señorita, Mañana, Fjörd, Überall, Déjà Vu, Saudade, Nuit d'Été, Für Immer, Corazón Roto,
La Última Luna, À Bientôt, Piñata, Canção, Żal, Smörgås, Gökyüzü, 夜の海`;

/** Syllables of made-up one-word names. */
export const SYLLABLES = `
ka, lu, mi, ro, ve, zo, na, ti, sha, ber, dor, el, fen, gri, hal, is, jun, kor, lan, mer, nov, or, pel, quin, ras, sol, tam, ul,
vin, wes, xan, yar, zel, ar, bo, cy, dra, ed, fy, gla`;
