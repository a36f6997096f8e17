/** Ordinary given and family names of many languages, put together at random: nobody in the start list exists. */
export interface NamePool {
  readonly country: string
  readonly cities: readonly string[]
  /** How often this pool is drawn, relative to the others. */
  readonly weight: number
  readonly female: readonly string[]
  readonly male: readonly string[]
  readonly family: readonly string[]
}

const words = (text: string): readonly string[] => text.split(' ')
const phrases = (text: string): readonly string[] => text.split(', ')

export const namePools: readonly NamePool[] = [
  {
    country: 'GBR',
    cities: phrases('Cardiff, Leeds, Bristol, Glasgow, Norwich, Milton Keynes'),
    weight: 5,
    female: words(
      'Alice Amelia Beth Charlotte Emily Grace Hannah Imogen Jessica Poppy Rosie Sophie',
    ),
    male: words('Alfie Callum Daniel Edward George Harry Jack Lewis Oliver Rhys Thomas William'),
    family: phrases(
      'Ashdown, Barnes, Carter, Davies, Fletcher, Hughes, Mackenzie, Morgan, O’Connor, Pritchard, Smith-Jones, Turner, Walsh, Whitfield',
    ),
  },
  {
    country: 'DEU',
    cities: phrases('Berlin, Köln, Lübeck, Nürnberg, Düsseldorf, Freiburg im Breisgau'),
    weight: 4,
    female: words(
      'Anja Birgit Charlotte Franziska Hannelore Jana Käthe Lena Marlene Svenja Ulrike',
    ),
    male: words('Anton Björn Florian Götz Hannes Jürgen Konrad Lukas Matthias Sören Uwe'),
    family: phrases(
      'Bäcker, Fischer, Groß, Hoffmann, Krüger, Löwe, Müller, Schäfer, Schulze, von Arnsdorf, Weiß, Zöllner',
    ),
  },
  {
    country: 'ESP',
    cities: phrases('Sevilla, Málaga, A Coruña, Logroño, Bilbao'),
    weight: 3,
    female: phrases('Ana, Begoña, Carmen, Inés, Lucía, María José, Nuria, Pilar, Rocío, Ximena'),
    male: phrases('Álvaro, Andrés, Íñigo, Javier, José Luis, Martín, Óscar, Raúl, Sebastián'),
    family: phrases(
      'Álvarez Ruiz, Castaño, Domínguez, García Peña, Ibáñez, López, Muñoz, Núñez, Ortega, Vázquez',
    ),
  },
  {
    country: 'FRA',
    cities: phrases('Orléans, Besançon, Nîmes, Saint-Étienne, Lille'),
    weight: 3,
    female: words('Adèle Camille Chloé Élodie Françoise Héloïse Manon Noémie Zoé'),
    male: words('Aurélien Benoît Étienne Guillaume Jérôme Loïc Mathéo Rémi Théo'),
    family: phrases(
      'Besson, Châtelain, d’Aubigny, Dupré, Girard, Lefèvre, Marchand, Noël, Perrin, Rousseau',
    ),
  },
  {
    country: 'POL',
    cities: phrases('Łódź, Kraków, Gdańsk, Wrocław, Białystok'),
    weight: 2,
    female: words('Agnieszka Elżbieta Grażyna Joanna Katarzyna Małgorzata Zofia'),
    male: words('Andrzej Łukasz Michał Paweł Stanisław Tomasz Wojciech'),
    family: words('Błaszczyk Dąbrowski Gołębiowski Kamiński Nowak Szczepański Wójcik Zając'),
  },
  {
    country: 'TUR',
    cities: phrases('İzmir, Eskişehir, Muğla, Ankara'),
    weight: 1,
    female: words('Ayşe Çiğdem Elif Gülşen İpek Özlem'),
    male: words('Barış Çağlar Emre İsmail Oğuz Şükrü'),
    family: words('Aydın Çelik Demirtaş Güneş Işık Öztürk Şahin Yıldız'),
  },
  {
    country: 'JPN',
    cities: phrases('Sendai, Kumamoto, Ōsaka, Niigata'),
    weight: 1,
    female: words('Aiko Haruka Keiko Misaki Yūko 由美'),
    male: words('Daichi Hiroshi Kenta Ryō Shōta 健太'),
    family: words('Fujimoto Hayashi Itō Kobayashi Ōno Satō 田中'),
  },
  {
    country: 'NGA',
    cities: phrases('Ibadan, Enugu, Kano, Abuja'),
    weight: 1,
    female: words('Adaeze Chiamaka Fúnmilọ́lá Ngozi Yewande'),
    male: words('Babátúndé Chinedu Emeka Ifeanyi Oluwaseun'),
    family: words('Adébáyọ̀ Ezenwa Nwosu Okafor Olánrewájú Umeh'),
  },
  {
    country: 'IND',
    cities: phrases('Pune, Kochi, Jaipur, Mysuru'),
    weight: 2,
    female: words('Ananya Deepika Kavya Meera Priya Shreya अदिति'),
    male: words('Arjun Karthik Nikhil Rohan Sanjay Vikram'),
    family: words('Chaudhary Deshpande Iyer Kulkarni Menon Reddy Sharma'),
  },
  {
    country: 'USA',
    cities: phrases('Boulder, Duluth, Chattanooga, Winston-Salem, Saint Paul'),
    weight: 4,
    female: words('Abigail Ashley Brianna Danielle Kayla Madison Savannah Taylor'),
    male: words('Austin Brandon Cody Dylan Ethan Jackson Marcus Tyrone'),
    family: phrases(
      'Anderson, Begay, Castillo Jr., Dawson, Freeman, Jackson, McAllister, Nguyen, Ramirez, St. Clair, Washington',
    ),
  },
  {
    country: 'VNM',
    cities: phrases('Huế, Đà Nẵng, Cần Thơ'),
    weight: 1,
    female: words('Hương Lan Ngọc Phượng Thảo'),
    male: words('Dũng Hùng Minh Quân Tuấn'),
    family: words('Bùi Đặng Lê Nguyễn Phạm Trần Võ'),
  },
  {
    country: 'ISL',
    cities: phrases('Reykjavík, Akureyri, Ísafjörður'),
    weight: 1,
    female: words('Björk Guðrún Sigríður Þórdís'),
    male: words('Einar Gunnar Jón Þór'),
    family: words('Ásgeirsdóttir Einarsson Guðmundsson Þorvaldsdóttir'),
  },
]
